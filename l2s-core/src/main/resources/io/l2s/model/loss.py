
  # The loss of targets in training.

  # x: [R, D] after the last layer, targets: [R], negative where there is none -> the mean loss of those that there are
  def loss(self, x: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    there = torch.flatten(torch.nonzero(targets >= 0))  # [M]
    ids = torch.index_select(targets, 0, there).unsqueeze(1)  # [M, 1]
    x = self.head_input(torch.index_select(x, 0, there))  # [M, D]
    return self.cross_entropy(x, ids, self.head_group(), smoothing)

  # Mean over the tokens that there are of the negative log-likelihood, smoothed (torch.nn.CrossEntropyLoss). Nothing in
  # training is as large as the logits. So their gradient, the softmax less the smoothed target, is made by hand, over
  # the log-likelihoods, and held fast: the gradient of sum(x * (slope w)) by x and that of sum(w * (slope^T x)) by w
  # are the loss's. `sum - sum.detach()` is zero and lets them through.
  # x: [M, D] normed vectors, ids: [M, 1] their targets, g: group of the head, whose bias takes no gradient
  def cross_entropy(self, x: Tensor, ids: Tensor, g: int, smoothing: float) -> Tensor:
    w = self.groups[g][0]  # [V, D]
    logits = self.linear(x.detach(), w.detach(), False)
    if len(self.biases[g]) > 0:
      logits = logits + self.biases[g][0]
    likelihoods = torch.log_softmax(logits, 1)  # [M, V]
    own = torch.gather(likelihoods, 1, ids)  # [M, 1]
    loss = torch.mean(own) * (smoothing - 1.) - torch.mean(likelihoods) * smoothing
    if not x.requires_grad:
      return loss
    slope = torch.sub_(torch.exp_(likelihoods), smoothing / w.size(0))  # [M, V]
    torch.scatter_add_(slope, 1, ids, torch.full_like(own, smoothing - 1.))
    sum = torch.sum(x * self.linear(slope, w.detach().t(), False))
    if w.requires_grad:
      sum = sum + torch.sum(w * self.linear(slope.t(), x.detach().t(), False))
    sum = sum / ids.size(0)
    return sum - sum.detach() + loss
