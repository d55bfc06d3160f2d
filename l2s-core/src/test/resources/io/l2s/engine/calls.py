class M(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def plus(self, x: Tensor, y: Tensor) -> Tensor:
    return x + y

  def sum_of(self, x: Tensor, y: Tensor) -> Tensor:
    return self.plus(x, y)
