# AdamW with decoupled weight decay (torch.optim.AdamW) over all parameters in one call.
class M(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  parameters : List[Tensor]
  first : List[Tensor]
  second : List[Tensor]

  def add(self, p: Tensor, m: Tensor, v: Tensor) -> int:
    self.parameters.append(p)
    self.first.append(m)
    self.second.append(v)
    return 0

  # t: number of this step, from 1; clip: largest norm of all gradients together, 0 for none.
  # scaled: whether the rate is relative to each tensor's root mean square, taken as at least 1e-3.
  # Returns that norm before clipping; where it is not finite, nothing changes.
  def step(self, t: int, rate: float, beta1: float, beta2: float, eps: float, decay: float, clip: float, scaled: bool) -> float:
    squares = annotate(List[Tensor], [])
    for p in self.parameters:
      g = p.grad
      squares.append(torch.sum(g * g))
    norm = float(torch.sqrt(torch.sum(torch.stack(squares))))
    if norm != norm or norm > 1e30:
      return norm
    shrink = 1.0
    if clip > 0.0 and norm > clip:
      shrink = clip / (norm + 0.000001)
    correction1 = 1.0 - beta1 ** float(t)
    correction2 = (1.0 - beta2 ** float(t)) ** 0.5
    for i in range(len(self.parameters)):
      p = self.parameters[i]
      m = self.first[i]
      v = self.second[i]
      g = p.grad * shrink
      m.mul_(beta1).add_(g, alpha=1.0 - beta1)
      v.mul_(beta2).addcmul_(g, g, value=1.0 - beta2)
      lr = rate
      if scaled:
        lr = rate * max(float(torch.sqrt(torch.mean(p * p))), 0.001)
      p.mul_(1.0 - lr * decay)
      p.addcdiv_(m, torch.sqrt(v) / correction2 + eps, value=-lr / correction1)
      p.grad.zero_()
    return norm
