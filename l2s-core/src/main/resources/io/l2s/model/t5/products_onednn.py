
  # Products of float32 weights by oneDNN, the weights arranged for it once; on CPUs, without gradients.

  # w: [out, in], as `multiplied` takes it
  def arranged(self, w: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(w, None)

  # x: [.., in] -> [.., out]
  def multiplied(self, x: Tensor, w: Tensor) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), "")
