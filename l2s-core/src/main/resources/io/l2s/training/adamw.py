# AdamW with decoupled weight decay (torch.optim.AdamW) over all parameters in one call.
class M(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  parameters : List[Tensor]
  first : List[Tensor]
  second : List[Tensor]
  rms : List[Tensor]

  def add(self, p: Tensor, m: Tensor, v: Tensor) -> int:
    self.parameters.append(p)
    self.first.append(m)
    self.second.append(v)
    self.rms.append(torch.ones([], dtype=6, device=p.device))
    return 0

  # The root mean square of each tensor, by which its steps are scaled; never below 1e-3.
  def measure(self) -> int:
    for i in range(len(self.parameters)):
      p = self.parameters[i]
      self.rms[i] = torch.clamp(torch.sqrt(torch.mean(p * p)), 0.001)
    return 0

  # t: number of this step, from 1; clip: largest norm of all gradients together, 0 for none.
  # Returns that norm before clipping; where it is not finite, nothing changes.
  def step(self, t: int, rate: float, beta1: float, beta2: float, eps: float, decay: float, clip: float) -> float:
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
      lr = self.rms[i] * rate
      p.mul_(1.0 - lr * decay)
      p.sub_(m / (torch.sqrt(v) / correction2 + eps) * (lr / correction1))
      p.grad.zero_()
    return norm
