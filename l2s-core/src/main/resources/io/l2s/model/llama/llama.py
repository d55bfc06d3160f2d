
  # The Llama kind (transformers: LlamaForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM, MistralForCausalLM): rotary
  # positions, RMS norms before each block, a gated feed-forward; Qwen3 norms each head's queries and keys.
  # Groups of a layer: q k v | attention's output | gate up | down. Then the head.
  qk_norms : List[Tensor]
  frequencies : List[Tensor]
  rope_type : str
  rope_theta : float
  rope_factor : float
  rope_positions : int
  rope_scale : float

  def head_group(self) -> int:
    return self.layers * 4

  # Called when all weights are there. names: norms of the heads' queries and keys, layer by layer
  def set_qk_norms(self, names: List[str]) -> int:
    for name in names:
      self.qk_norms.append(self.weights[name])
    return 0

  # -> inverse frequencies [K / 2]
  def inverse_frequencies(self) -> Tensor:
    steps = torch.arange(0, self.head_width, 2, dtype=I64).to(F32) / self.head_width
    return 1.0 / torch.pow(self.rope_theta, steps)

  # Sets the inverse frequencies of all positions (transformers: modeling_rope_utils).
  # low, high: llama3: bounds of the wave lengths that are interpolated, as shares of `original`; yarn: bounds of the
  # ramp over the frequencies. original: context length in pre-training
  def prepare_rotation(self, low: float, high: float, original: float, device_of: str) -> int:
    inverse = self.inverse_frequencies()
    if self.rope_type == "linear":
      inverse = inverse / self.rope_factor
    if self.rope_type == "llama3":
      lengths = 2.0 * 3.141592653589793 / inverse
      scaled = torch.where(lengths > original / low, inverse / self.rope_factor, inverse)
      smooth = (original / lengths - low) / (high - low)
      between = (1.0 - smooth) * scaled / self.rope_factor + smooth * scaled
      medium = torch.logical_not(torch.logical_or(lengths < original / high, lengths > original / low))
      inverse = torch.where(medium, between, scaled)
    if self.rope_type == "yarn":
      powers = torch.pow(self.rope_theta, torch.arange(0, self.head_width, 2, dtype=I64).to(F32) / self.head_width)
      ramp = torch.clamp((torch.arange(self.head_width // 2, dtype=F32) - low) / (high - low), 0., 1.)
      kept = 1.0 - ramp
      inverse = 1.0 / (powers * self.rope_factor) * (1.0 - kept) + 1.0 / powers * kept
    self.frequencies.append(inverse.to(self.weights[device_of].device))
    return 0

  # positions: [P] or [B], lengths: tokens of the sequence up to the last one that is read at a time, [B, 1] or [B] ->
  # cosines and signed sines that turn heads, [.., 1, K]
  def rotation(self, positions: Tensor, lengths: Tensor) -> List[Tensor]:
    inverse = self.frequencies[0]
    if self.rope_type == "dynamic":
      longest = torch.clamp(lengths, self.rope_positions).to(F32).unsqueeze(-1)  # [.., 1]
      stretch = longest * self.rope_factor / self.rope_positions - (self.rope_factor - 1.0)
      theta = self.rope_theta * torch.pow(stretch, float(self.head_width) / float(self.head_width - 2))
      steps = torch.arange(0, self.head_width, 2, dtype=I64, device=positions.device).to(F32) / self.head_width
      inverse = 1.0 / torch.pow(theta, steps)  # [.., K / 2]
    angles = positions.to(F32).unsqueeze(-1) * inverse  # [.., K / 2]
    sines = torch.sin(angles) * self.rope_scale
    cosines = torch.cos(angles) * self.rope_scale
    return [torch.cat([cosines, cosines], -1).unsqueeze(-2), torch.cat([torch.neg(sines), sines], -1).unsqueeze(-2)]

  # x: [.., heads, K] -> the same, turned by positions
  def apply_rotary(self, x: Tensor, rotation: List[Tensor]) -> Tensor:
    return torch.addcmul(x * rotation[0], torch.roll(x, self.head_width // 2, -1), rotation[1])

  # Rotary positions are in the attention.
  def first(self, x: Tensor, positions: Tensor) -> Tensor:
    return x

  # x: [.., D] -> q [.., H*K], k and v [.., G*K]
  def queries_keys_values(self, x: Tensor, i: int, rotation: List[Tensor]) -> List[Tensor]:
    y = self.products(x, i * 4)
    q = y[0].reshape(x.size()[0:-1] + [self.heads, self.head_width])
    k = y[1].reshape(x.size()[0:-1] + [self.kv_heads, self.head_width])
    if len(self.qk_norms) > 0:
      q = self.norm(q, self.qk_norms[2 * i])
      k = self.norm(k, self.qk_norms[2 * i + 1])
    return [torch.flatten(self.apply_rotary(q, rotation), -2, -1), torch.flatten(self.apply_rotary(k, rotation), -2, -1), y[2]]

  # x: [.., D], a: [.., H*K] what the heads read -> [.., D] after the layer
  def after_attention(self, x: Tensor, a: Tensor, i: int) -> Tensor:
    x = self.add_product(x, a, i * 4 + 1)
    y = self.products(x, i * 4 + 2)
    return self.add_product(x, self.apply_dropout(self.activated(y[0], self.activation) * y[1]), i * 4 + 3)
