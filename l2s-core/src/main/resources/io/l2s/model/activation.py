
  # The activations of feed-forwards, by the names that Activation.java gives them.

  def activated(self, x: Tensor, activation: str) -> Tensor:
    if activation == "silu":
      return torch.silu(x)
    if activation == "relu":
      return torch.relu(x)
    if activation == "gelu":
      return torch.gelu(x)
    if activation == "gelu_tanh":
      return torch.gelu(x, approximate="tanh")
    return self.rarely_activated(x, activation)

  def rarely_activated(self, x: Tensor, activation: str) -> Tensor:
    if activation == "gelu_10":
      return torch.clamp(torch.gelu(x), -10., 10.)
    if activation == "quick_gelu":
      return x * torch.sigmoid(x * 1.702)
    if activation == "relu2":
      return torch.square(torch.relu(x))
    if activation == "relu6":
      return torch.clamp(x, 0., 6.)
    if activation == "leaky_relu":
      return torch.leaky_relu(x, 0.01)
    if activation == "hardswish":
      return torch.hardswish(x)
    if activation == "mish":
      return torch.mish(x)
    if activation == "sigmoid":
      return torch.sigmoid(x)
    if activation == "tanh":
      return torch.tanh(x)
    assert activation == "linear", "unknown activation " + activation
    return x
