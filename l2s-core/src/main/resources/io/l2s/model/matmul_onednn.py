
  # Products of float32 weights by oneDNN, the weights packed for it once; on CPUs, without gradients.

  # w: [out, in], or [in, out] if `transposed`, as `multiply` takes it
  def pack(self, w: Tensor, transposed: bool) -> Tensor:
    if transposed:
      w = w.t().contiguous()
    return ops.mkldnn._reorder_linear_weight(w, None)

  # x: [.., in] -> [.., out]
  def multiply(self, x: Tensor, w: Tensor, transposed: bool) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), "")
