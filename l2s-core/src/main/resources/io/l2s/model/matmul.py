
  # Products of float32 weights with the routines that the engine takes for `linear`; any device, and in training.

  # w: [out, in], or [in, out] if `transposed`, as `multiply` takes it
  def pack(self, w: Tensor, transposed: bool) -> Tensor:
    return w

  # x: [.., in] -> [.., out]
  def multiply(self, x: Tensor, w: Tensor, transposed: bool) -> Tensor:
    if transposed:
      return torch.linear(x, w.t())
    return torch.linear(x, w)
