# T5 encoder and decoder (transformers: T5ForConditionalGeneration), both generations:
# relu with tied head, gated gelu with a head of its own.
# B batch, S prompt length, T capacity of the key-value cache, D width, H heads, K width of a head, V vocabulary.
# Activations are float32; only the products of `lin` run in the weights' own format.
class M(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  heads : int
  encoder_layers : int
  decoder_layers : int
  gated : bool
  eps : float
  output_scale : float
  buckets : int
  max_distance : int
  start_token : int
  eos : List[int]
  weights : Dict[str, Tensor]
  enc : List[Tensor]
  dec : List[Tensor]

  # stored, wanted: codes of number formats (5 f16, 6 f32, 15 bf16); formats other than f32 come as bytes.
  def put(self, name: str, t: Tensor, stored: int, wanted: int) -> int:
    if stored != 6:
      t = torch.view_copy(t, stored)
    if stored != wanted:
      t = t.to(wanted)
    self.weights[name] = t
    return 0

  def get(self, name: str) -> Tensor:
    return self.weights[name]

  # Encoder layer: norm, q, k, v, o, norm, wi | wi_0, wo, wi_1: 9 tensors; without a gate the last stands for nothing.
  # Decoder layer: norm, q, k, v, o, norm, q, k, v, o, norm, wi | wi_0, wo, wi_1: 14 tensors.
  def ready(self) -> int:
    for i in range(self.encoder_layers):
      b = "encoder.block." + str(i) + ".layer."
      self.attention_weights(self.enc, b + "0.", "SelfAttention")
      self.feed_forward_weights(self.enc, b + "1.")
    for i in range(self.decoder_layers):
      b = "decoder.block." + str(i) + ".layer."
      self.attention_weights(self.dec, b + "0.", "SelfAttention")
      self.attention_weights(self.dec, b + "1.", "EncDecAttention")
      self.feed_forward_weights(self.dec, b + "2.")
    return 0

  def attention_weights(self, to: List[Tensor], layer: str, kind: str) -> int:
    to.append(self.weights[layer + "layer_norm.weight"])
    to.append(self.weights[layer + kind + ".q.weight"])
    to.append(self.weights[layer + kind + ".k.weight"])
    to.append(self.weights[layer + kind + ".v.weight"])
    to.append(self.weights[layer + kind + ".o.weight"])
    return 0

  def feed_forward_weights(self, to: List[Tensor], layer: str) -> int:
    to.append(self.weights[layer + "layer_norm.weight"])
    if self.gated:
      to.append(self.weights[layer + "DenseReluDense.wi_0.weight"])
    else:
      to.append(self.weights[layer + "DenseReluDense.wi.weight"])
    to.append(self.weights[layer + "DenseReluDense.wo.weight"])
    if self.gated:
      to.append(self.weights[layer + "DenseReluDense.wi_1.weight"])
    else:
      to.append(self.weights[layer + "DenseReluDense.wo.weight"])
    return 0

  def lin(self, x: Tensor, w: Tensor) -> Tensor:
    if w.dtype == 6:
      return torch.linear(x, w)
    return torch.linear(x.to(w.dtype), w).to(6)

  def norm(self, x: Tensor, w: Tensor) -> Tensor:
    return x * torch.rsqrt(torch.mean(x * x, [-1], True) + self.eps) * w

  def feed_forward(self, x: Tensor, w: List[Tensor], p: int) -> Tensor:
    y = self.norm(x, w[p])
    if self.gated:
      y = torch.gelu(self.lin(y, w[p + 1]), approximate="tanh") * self.lin(y, w[p + 3])
    else:
      y = torch.relu(self.lin(y, w[p + 1]))
    return x + self.lin(y, w[p + 2])

  # [B, S, H*K] -> [B, H, S, K]
  def split(self, x: Tensor) -> Tensor:
    return x.view([x.size(0), x.size(1), self.heads, -1]).transpose(1, 2)

  # [B, H, S, K] -> [B, S, H*K]
  def join(self, x: Tensor) -> Tensor:
    return x.transpose(1, 2).reshape([x.size(0), x.size(2), -1])

  # relative: key position minus query position; returns the bucket of each (T5Attention._relative_position_bucket).
  def bucket(self, relative: Tensor, bidirectional: bool) -> Tensor:
    n = self.buckets
    offset = torch.zeros_like(relative)
    if bidirectional:
      n = n // 2
      offset = (relative > 0).to(4) * n
      distance = torch.abs(relative)
    else:
      distance = torch.clamp(-relative, 0)
    exact = n // 2
    far = torch.log(torch.clamp(distance, 1).to(6) / exact) / torch.log(float(self.max_distance) / float(exact)) * (n - exact)
    far = torch.clamp(exact + far.to(4), 0, n - 1)
    return offset + torch.where(distance < exact, distance, far)

  # mask: [B, S], 1 at prompt positions -> additive [B, 1, 1, S]
  def additive(self, mask: Tensor) -> Tensor:
    return ((1.0 - mask.to(6)) * -1e9).unsqueeze(1).unsqueeze(1)

  # ids: [B, S] -> [B, S, D]
  def embed(self, ids: Tensor) -> Tensor:
    return torch.embedding(self.weights["shared.weight"], ids).to(6)

  # x: [B, S, D] input embeddings, mask: [B, S] -> [B, S, D] after the final norm
  def encode(self, x: Tensor, mask: Tensor) -> Tensor:
    positions = torch.arange(x.size(1), dtype=4, device=x.device)
    table = self.weights["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    relative = positions.unsqueeze(0) - positions.unsqueeze(1)
    bias = torch.embedding(table, self.bucket(relative, True)).permute([2, 0, 1]).unsqueeze(0)  # [1, H, S, S]
    bias = bias + self.additive(mask)  # [B, H, S, S]
    for i in range(self.encoder_layers):
      p = i * 9
      y = self.norm(x, self.enc[p])
      q = self.split(self.lin(y, self.enc[p + 1]))  # [B, H, S, K]
      k = self.split(self.lin(y, self.enc[p + 2]))
      v = self.split(self.lin(y, self.enc[p + 3]))
      a = torch.scaled_dot_product_attention(q, k, v, bias, 0., False, scale=1.)
      x = x + self.lin(self.join(a), self.enc[p + 4])
      x = self.feed_forward(x, self.enc, p + 5)
    return self.norm(x, self.weights["encoder.final_layer_norm.weight"])

  def head(self, x: Tensor) -> Tensor:
    x = self.norm(x, self.weights["decoder.final_layer_norm.weight"]) * self.output_scale
    if "lm_head.weight" in self.weights:
      return self.lin(x, self.weights["lm_head.weight"])
    return self.lin(x, self.weights["shared.weight"])

  # Bias of a query at the last of n positions over the n keys; the last t + 1 columns serve the query at t. [1, H, 1, n]
  def decoder_bias(self, n: int, device: Device) -> Tensor:
    table = self.weights["decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    relative = torch.arange(n, dtype=4, device=device) - (n - 1)
    return torch.embedding(table, self.bucket(relative, False)).t().unsqueeze(0).unsqueeze(2)

  # h: [B, S, D] what the decoder attends to, mask: [B, S].
  # State: additive mask [B, 1, 1, S], bias [1, H, 1, T], then per layer k, v [B, H, T, K] and the prompt's k, v [B, H, S, K].
  def start(self, h: Tensor, mask: Tensor, capacity: int) -> List[Tensor]:
    state = [self.additive(mask), self.decoder_bias(capacity, h.device)]
    for i in range(self.decoder_layers):
      p = i * 14
      ck = self.split(self.lin(h, self.dec[p + 7])).contiguous()
      cv = self.split(self.lin(h, self.dec[p + 8])).contiguous()
      shape = [h.size(0), self.heads, capacity, ck.size(3)]
      state.append(torch.zeros(shape, dtype=6, device=h.device))
      state.append(torch.zeros(shape, dtype=6, device=h.device))
      state.append(ck)
      state.append(cv)
    return state

  # The same state with room for `capacity` positions, of which the first t are kept.
  def grow(self, state: List[Tensor], t: int, capacity: int) -> List[Tensor]:
    grown = [state[0], self.decoder_bias(capacity, state[0].device)]
    for i in range(self.decoder_layers):
      for j in range(2):
        old = state[2 + i * 4 + j]
        new = torch.zeros([old.size(0), old.size(1), capacity, old.size(3)], dtype=6, device=old.device)
        new[:, :, 0:t] = old[:, :, 0:t]
        grown.append(new)
      grown.append(state[4 + i * 4])
      grown.append(state[5 + i * 4])
    return grown

  # rows: [R] -> the state of these rows
  def keep(self, state: List[Tensor], rows: Tensor) -> List[Tensor]:
    kept = [torch.index_select(state[0], 0, rows), state[1]]
    for i in range(2, len(state)):
      kept.append(torch.index_select(state[i], 0, rows))
    return kept

  # tokens: [B], the last ones; t: their position -> logits [B, V] of the next
  def step(self, state: List[Tensor], tokens: Tensor, t: int) -> Tensor:
    x = self.embed(tokens)  # [B, D]
    n = state[1].size(3)
    bias = state[1][:, :, :, n - 1 - t:n]  # [1, H, 1, t + 1]
    for i in range(self.decoder_layers):
      p = i * 14
      s = 2 + i * 4
      keys = state[s]
      values = state[s + 1]
      y = self.norm(x, self.dec[p])
      q = self.lin(y, self.dec[p + 1]).view([x.size(0), self.heads, 1, -1])
      keys[:, :, t] = self.lin(y, self.dec[p + 2]).view([x.size(0), self.heads, -1])
      values[:, :, t] = self.lin(y, self.dec[p + 3]).view([x.size(0), self.heads, -1])
      a = torch.scaled_dot_product_attention(q, keys[:, :, 0:t + 1], values[:, :, 0:t + 1], bias, 0., False, scale=1.)
      x = x + self.lin(a.reshape([x.size(0), -1]), self.dec[p + 4])
      y = self.norm(x, self.dec[p + 5])
      q = self.lin(y, self.dec[p + 6]).view([x.size(0), self.heads, 1, -1])
      a = torch.scaled_dot_product_attention(q, state[s + 2], state[s + 3], state[0], 0., False, scale=1.)
      x = x + self.lin(a.reshape([x.size(0), -1]), self.dec[p + 9])
      x = self.feed_forward(x, self.dec, p + 10)
    return self.head(x)

  # Greedy: up to `steps` tokens after `tokens` [B], which stand at t; -1 where a row's logits are not finite. [B, <= steps]
  def decode(self, state: List[Tensor], tokens: Tensor, t: int, steps: int) -> Tensor:
    made = annotate(List[Tensor], [])
    done = torch.zeros_like(tokens).to(11)  # [B] bool
    for i in range(steps):
      if not bool(torch.all(done)):
        best, next = torch.max(self.step(state, torch.clamp(tokens, 0), t + i), 1, False)
        tokens = torch.where(torch.isfinite(best), next, torch.full_like(next, -1))
        made.append(tokens)
        for e in self.eos:
          done = torch.logical_or(done, tokens == e)
    return torch.stack(made, 1)

  # Teacher forcing. h: [B, S, D], mask: [B, S], inputs: [B, N] decoder input ids -> logits [B, N, V]
  def score(self, h: Tensor, mask: Tensor, inputs: Tensor) -> Tensor:
    n = inputs.size(1)
    positions = torch.arange(n, dtype=4, device=h.device)
    relative = positions.unsqueeze(0) - positions.unsqueeze(1)  # [N, N]
    table = self.weights["decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    bias = torch.embedding(table, self.bucket(relative, False)).permute([2, 0, 1]).unsqueeze(0)  # [1, H, N, N]
    bias = bias + (relative > 0).to(6) * -1e9
    cross = self.additive(mask)
    x = self.embed(inputs)  # [B, N, D]
    for i in range(self.decoder_layers):
      p = i * 14
      y = self.norm(x, self.dec[p])
      q = self.split(self.lin(y, self.dec[p + 1]))  # [B, H, N, K]
      k = self.split(self.lin(y, self.dec[p + 2]))
      v = self.split(self.lin(y, self.dec[p + 3]))
      a = torch.scaled_dot_product_attention(q, k, v, bias, 0., False, scale=1.)
      x = x + self.lin(self.join(a), self.dec[p + 4])
      q = self.split(self.lin(self.norm(x, self.dec[p + 5]), self.dec[p + 6]))
      k = self.split(self.lin(h, self.dec[p + 7]))  # [B, H, S, K]
      v = self.split(self.lin(h, self.dec[p + 8]))
      a = torch.scaled_dot_product_attention(q, k, v, cross, 0., False, scale=1.)
      x = x + self.lin(self.join(a), self.dec[p + 9])
      x = self.feed_forward(x, self.dec, p + 10)
    return self.head(x)

  # The only method that trains: with one tensor the embeddings of ids, with four the mean loss of the targets.
  # x: [B, S] ids or [B, S, D] input embeddings; mask: [B, S]; targets: [B, N], -100 where there is none; smoothing: scalar
  def forward(self, x: Tensor, mask: Optional[Tensor]=None, targets: Optional[Tensor]=None, smoothing: Optional[Tensor]=None) -> Tensor:
    if mask is None or targets is None or smoothing is None:
      return self.embed(x)
    before = torch.clamp(targets[:, 0:-1], 0)
    first = torch.full([targets.size(0), 1], self.start_token, dtype=4, device=targets.device)
    logits = self.score(self.encode(x, mask), mask, torch.cat([first, before], 1))
    return torch.cross_entropy_loss(logits.flatten(0, 1), targets.flatten(), None, 1, -100, float(smoothing))
