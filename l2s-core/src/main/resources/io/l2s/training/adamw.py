# AdamW with decoupled weight decay (torch.optim.AdamW, fused) over all parameters in one call.
class M(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  parameters : List[List[Tensor]]
  first : List[List[Tensor]]
  second : List[List[Tensor]]

  def add(self, p: Tensor, m: Tensor, v: Tensor) -> int:
    # Lists of one, kept: the compiler drops a kernel whose lists nobody else holds.
    self.parameters.append([p])
    self.first.append([m])
    self.second.append([v])
    return 0

  # t: number of this step, from 1; clip: largest norm of all gradients together, 0 for none.
  # scaled: whether the rate is relative to each tensor's root mean square, taken as at least 1e-3.
  # most: largest norm that is applied.
  # Returns the norm before clipping; unless it is at most that, nothing changes.
  def step(self, t: int, rate: float, beta1: float, beta2: float, eps: float, decay: float, clip: float, scaled: bool, most: float) -> float:
    norms = annotate(List[Tensor], [])
    for p in self.parameters:
      norms.append(torch.linalg_vector_norm(p[0].grad, 2))
    norm = float(torch.linalg_vector_norm(torch.stack(norms), 2))
    if not (norm <= most):
      return norm
    # The kernel divides the gradients by it.
    shrink = torch.ones([1])
    if clip > 0.0 and norm > clip:
      shrink = shrink * ((norm + 0.000001) / clip)
    steps = torch.full([1], float(t))
    none = annotate(List[Tensor], [])
    for i in range(len(self.parameters)):
      p = self.parameters[i][0]
      g = p.grad
      lr = rate
      if scaled:
        lr = rate * max(float(torch.linalg_vector_norm(p, 2)) / float(p.numel()) ** 0.5, 0.001)
      torch._fused_adamw_(self.parameters[i], [g], self.first[i], self.second[i], none, [steps], lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False, grad_scale=shrink)
      g.zero_()
    return norm
