
  # Products of float32 weights by oneDNN, the weights packed for it once; on CPUs, without gradients.

  # w: [out, in], or [in, out] if `flipped`, as `multiply` takes it
  def pack(self, w: Tensor, flipped: bool) -> Tensor:
    if flipped:
      w = w.t().contiguous()
    return ops.mkldnn._reorder_linear_weight(w, None)

  # x: [.., in] -> [.., out]
  def multiply(self, x: Tensor, w: Tensor, flipped: bool) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), "")
