# T5 encoder and decoder (transformers: T5ForConditionalGeneration), both generations:
# relu with tied head, gated gelu with a head of its own.
# B batch, S prompt length, T room for the answer, L decoder layers, D width, H heads, K width of a head, V vocabulary.
# Activations are float32; only the products of `lin` run in the weights' own format.
# `pack` and `multiply` are in matmul.py and matmul_onednn.py, one of which is put behind this file.
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
  int8 : bool
  reduce_range : bool
  norms : List[Tensor]
  groups : List[List[Tensor]]
  packs : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  parts : List[int]
  room : Dict[int, Tensor]
  epsilon : List[Tensor]
  compute : int
  dropout : float

  # stored, wanted: codes of number formats (1 int8, 5 f16, 6 f32, 15 bf16); f16 and bf16 come as bytes.
  def put(self, name: str, t: Tensor, stored: int, wanted: int) -> int:
    if stored != 6 and stored != 1:
      t = torch.view_copy(t, stored)
    if stored != wanted:
      t = t.to(wanted)
    self.weights[name] = t
    return 0

  def get(self, name: str) -> Tensor:
    return self.weights[name]

  # Products that share an input form a group, in the order in which the groups are made here.
  # Encoder layer: q k v | o | wi (wi_1) | wo. Decoder layer: q k v | o | q | o | wi (wi_1) | wo, and in `cross` k v.
  def ready(self) -> int:
    for i in range(self.encoder_layers):
      b = "encoder.block." + str(i) + ".layer."
      self.attention_groups(b + "0.", "SelfAttention", ["q", "k", "v"])
      self.feed_forward_groups(b + "1.")
    for i in range(self.decoder_layers):
      b = "decoder.block." + str(i) + ".layer."
      self.attention_groups(b + "0.", "SelfAttention", ["q", "k", "v"])
      self.attention_groups(b + "1.", "EncDecAttention", ["q"])
      self.feed_forward_groups(b + "2.")
    for i in range(self.decoder_layers):
      b = "decoder.block." + str(i) + ".layer.1.EncDecAttention."
      self.group(torch.zeros([0]), [b + "k.weight", b + "v.weight"])
    norm = self.weights["decoder.final_layer_norm.weight"]
    self.epsilon.append(torch.full([1], self.eps, dtype=6, device=norm.device))
    if self.int8:
      norm = norm * self.output_scale
    if "lm_head.weight" in self.weights:
      self.group(norm, ["lm_head.weight"])
    else:
      self.group(norm, ["shared.weight"])
    kept = annotate(Dict[str, Tensor], {})
    for n in ["shared.weight", "encoder.final_layer_norm.weight", "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", "decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]:
      kept[n] = self.weights[n]
    self.weights = kept
    return 0

  def attention_groups(self, layer: str, kind: str, inputs: List[str]) -> int:
    b = layer + kind + "."
    self.group(self.weights[layer + "layer_norm.weight"], [b + n + ".weight" for n in inputs])
    self.group(torch.zeros([0]), [b + "o.weight"])
    return 0

  def feed_forward_groups(self, layer: str) -> int:
    b = layer + "DenseReluDense."
    inputs = ["wi"]
    if self.gated:
      inputs = ["wi_0", "wi_1"]
    self.group(self.weights[layer + "layer_norm.weight"], [b + n + ".weight" for n in inputs])
    self.group(torch.zeros([0]), [b + "wo.weight"])
    return 0

  # norm: weights of the norm before the products, empty where there is none
  def group(self, norm: Tensor, names: List[str]) -> int:
    self.norms.append(norm)
    if self.int8:
      self.pack_int8(norm, names)
    else:
      self.groups.append([self.pack(self.weights[n]) for n in names])
    # Not all weights are there twice at any time. The head may be the embeddings, which are used as they are, too.
    for n in names:
      if n != "shared.weight":
        self.weights.pop(n)
    return 0

  # w: [out, in] -> its rows scaled to 127 levels, int8 [out, in], and the scales [out]
  def quantised(self, norm: Tensor, w: Tensor) -> Tuple[Tensor, Tensor]:
    w = w.to(6)
    if norm.size(0) > 0:
      w = w * norm
    largest = torch.maximum(torch.amax(w, [1], False), torch.neg(torch.amin(w, [1], False)))
    scales = torch.clamp(largest, 1e-12) / 127.
    return (torch.round_(w / scales.unsqueeze(1)).to(1), scales)

  # For storing: name of a weight and of the norm before it, or of none -> int8 [out, in], scales [out]
  def rounded(self, name: str, norm: str, factor: float) -> List[Tensor]:
    before = torch.zeros([0])
    if norm != "":
      before = self.weights[norm].to(6) * factor
    q, s = self.quantised(before, self.weights[name])
    return [q, s]

  # One product for the whole group, the norm's weights multiplied in. Two columns of zeros meet the two columns that
  # `buffer` adds to the rows.
  def pack_int8(self, norm: Tensor, names: List[str]) -> int:
    parts = annotate(List[Tensor], [])
    part_scales = annotate(List[Tensor], [])
    for n in names:
      w = self.weights[n]
      if w.dtype == 1:
        # Stored so, with its scales, the norm multiplied in.
        parts.append(w)
        part_scales.append(self.weights[n + "_scale"])
      else:
        q, s = self.quantised(norm, w)
        parts.append(q)
        part_scales.append(s)
    whole = torch.cat(parts, 0)  # [out, in]
    scales = torch.cat(part_scales, 0)
    padded = torch.constant_pad_nd(whole, [0, 2])
    per_row = torch._make_per_channel_quantized_tensor(padded, scales.to(7), torch.zeros_like(scales).to(4), 0)
    self.packs.append(ops.quantized.linear_prepack(per_row, None))
    self.parts.append(len(names))
    return 0

  # Index of the first group of an encoder layer, a decoder layer, a decoder layer's cross k v, the head.
  def encoder_group(self, i: int) -> int:
    return i * 4

  def decoder_group(self, i: int) -> int:
    return self.encoder_layers * 4 + i * 6

  def cross_group(self, i: int) -> int:
    return self.encoder_layers * 4 + self.decoder_layers * 6 + i

  def head_group(self) -> int:
    return self.encoder_layers * 4 + self.decoder_layers * 7

  def lin(self, x: Tensor, w: Tensor) -> Tensor:
    if w.dtype == self.compute:
      return self.multiply(x, w)
    # Weights in training stay float32, whatever they are multiplied in.
    if self.compute != 6:
      return torch.linear(x.to(self.compute), w.to(self.compute)).to(6)
    return torch.linear(x.to(w.dtype), w).to(6)

  def norm(self, x: Tensor, w: Tensor) -> Tensor:
    return x * self.inverse_rms(x) * w

  # A [N, in + 2] with 1 and -1 behind the columns that the caller fills; kept for use in every step.
  def buffer(self, rows: int, width: int) -> Tensor:
    key = rows * 16777216 + width
    if rows <= 64 and key in self.room:
      return self.room[key]
    y = torch.ones([rows, width + 2], dtype=6)
    y[:, width + 1] = -1.
    if rows <= 64:
      self.room[key] = y
    return y

  # x: [.., D] -> [.., 1]
  def inverse_rms(self, x: Tensor) -> Tensor:
    length = torch.linalg_vector_norm(x, 2, [-1], True)
    return torch.rsqrt(torch.addcmul(self.epsilon[0], length, length, value=1. / x.size(-1)))

  # The product quantises its input by the bounds of the whole batch. So rows are divided each by its largest magnitude
  # and carry 1 and -1 as well: the bounds are the same however many rows share the batch, and no row spoils another.
  # A row with a number that is not finite gives no finite one, by its factor; a row of zeros divided by zero is zeros.
  # x: [N, in] -> the product of group g [N, out], to be multiplied by the second result [N, 1]
  def unscaled(self, x: Tensor, g: int, relu: bool) -> Tuple[Tensor, Tensor]:
    rows = x.size(0)
    width = x.size(1)
    largest = torch.amax(torch.abs(x), [-1], True)
    y = self.buffer(rows, width)
    torch.nan_to_num_(torch.div(x, largest, out=torch.narrow(y, 1, 0, width)), 0.)
    if relu:
      y = ops.quantized.linear_relu_dynamic(y, self.packs[g], self.reduce_range)
    else:
      y = ops.quantized.linear_dynamic(y, self.packs[g], self.reduce_range)
    if self.norms[g].size(0) > 0:
      return (y, largest * self.inverse_rms(x))
    return (y, largest)

  # [B, S, D] or [N, D] -> [N, D]
  def rows(self, x: Tensor) -> Tensor:
    if x.dim() == 3:
      return x.reshape([-1, x.size(2)])
    return x

  # x plus z, each row of it times its scale; x as it is, z [N, D], scale [N, 1]
  def plus_scaled(self, x: Tensor, z: Tensor, scale: Tensor) -> Tensor:
    if x.dim() == 3:
      return torch.addcmul(self.rows(x), z, scale).view(x.size())
    return torch.addcmul(x, z, scale)

  def int8_products(self, x: Tensor, g: int) -> List[Tensor]:
    y, scale = self.unscaled(self.rows(x), g, False)
    y = torch.mul_(y, scale)
    if self.parts[g] == 1:
      return [y.view(x.size()[0:-1] + [-1])]
    return torch.unbind(y.view(x.size()[0:-1] + [self.parts[g], -1]), -2)

  # The products of group g with x, normed first where the group has a norm.
  def products(self, x: Tensor, g: int) -> List[Tensor]:
    if self.int8:
      return self.int8_products(x, g)
    n = self.norms[g]
    if n.size(0) > 0:
      x = self.norm(x, n)
    return [self.lin(x, w) for w in self.groups[g]]

  def product(self, x: Tensor, g: int) -> Tensor:
    return self.products(x, g)[0]

  # x plus the product of group g with y
  def plus(self, x: Tensor, y: Tensor, g: int) -> Tensor:
    if self.int8:
      z, scale = self.unscaled(self.rows(y), g, False)
      return self.plus_scaled(x, z, scale)
    return x + self.product(y, g)

  # p: of all later passes over whole sequences, 0 for none
  def drop_out(self, p: float) -> int:
    self.dropout = p
    return 0

  def drop(self, x: Tensor) -> Tensor:
    if self.dropout > 0.:
      return torch.dropout(x, self.dropout, True)
    return x

  # As `plus`, with dropout of the product in training.
  def residual(self, x: Tensor, y: Tensor, g: int) -> Tensor:
    if self.dropout > 0.:
      return x + self.drop(self.product(y, g))
    return self.plus(x, y, g)

  def feed_forward(self, x: Tensor, g: int) -> Tensor:
    if self.int8 and not self.gated:
      # The factor passes through the relu, as it is not negative, and through the second product.
      z, inner = self.unscaled(self.rows(x), g, True)
      z, outer = self.unscaled(z, g + 1, False)
      return self.plus_scaled(x, z, inner * outer)
    y = self.products(x, g)
    if self.gated:
      return self.residual(x, self.drop(torch.gelu(y[0], approximate="tanh") * y[1]), g + 1)
    return self.residual(x, self.drop(torch.relu(y[0])), g + 1)

  # [B, S, H*K] -> [B, H, S, K]
  def split_heads(self, x: Tensor) -> Tensor:
    return x.view([x.size(0), x.size(1), self.heads, -1]).transpose(1, 2)

  # [B, H, S, K] -> [B, S, H*K]
  def merge_heads(self, x: Tensor) -> Tensor:
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

  # x: [B, S, D] after encoder layer `low`, 0 for input embeddings; mask: [B, S] -> [B, S, D] after layer `high`, and
  # after the final norm if that is the last (transformers: hidden_states[high])
  def encoder_part(self, x: Tensor, mask: Tensor, low: int, high: int) -> Tensor:
    positions = torch.arange(x.size(1), dtype=4, device=x.device)
    table = self.weights["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    relative = positions.unsqueeze(0) - positions.unsqueeze(1)
    bias = torch.embedding(table, self.bucket(relative, True)).permute([2, 0, 1]).contiguous().unsqueeze(0)  # [1, H, S, S]
    bias = bias + self.additive(mask)  # [B, H, S, S]
    for i in range(low, high):
      g = self.encoder_group(i)
      y = self.products(x, g)
      a = torch.scaled_dot_product_attention(self.split_heads(y[0]), self.split_heads(y[1]), self.split_heads(y[2]), bias, self.dropout, False, scale=1.)
      x = self.residual(x, self.merge_heads(a), g + 1)
      x = self.feed_forward(x, g + 2)
    if high < self.encoder_layers:
      return x
    return self.drop(self.norm(x, self.weights["encoder.final_layer_norm.weight"]))

  # x: [B, S, D] input embeddings, mask: [B, S] -> [B, S, D] after the final norm
  def encode(self, x: Tensor, mask: Tensor) -> Tensor:
    return self.encoder_part(self.drop(x), mask, 0, self.encoder_layers)

  # ids: [B, S], mask: [B, S] -> prompt features of a layer [B, S, D]
  def features(self, ids: Tensor, mask: Tensor, layer: int) -> Tensor:
    return self.encoder_part(self.embed(ids), mask, 0, layer)

  # prompt features of a layer [B, S, D] -> what the decoder attends to [B, S, D]
  def attended(self, h: Tensor, mask: Tensor, layer: int) -> Tensor:
    if layer == self.encoder_layers:
      return h
    return self.encoder_part(h, mask, layer, self.encoder_layers)

  def head(self, x: Tensor) -> Tensor:
    g = self.head_group()
    if self.int8:
      y, scale = self.unscaled(self.rows(x), g, False)
      return torch.mul_(y, scale).view(x.size()[0:-1] + [y.size(1)])
    return self.lin(self.norm(x, self.norms[g]) * self.output_scale, self.groups[g][0])

  # Contiguous, since attention falls back to a slower form for any other bias.
  # Bias of a query at the last of n positions over the n keys; the last t + 1 columns serve the query at t. [1, H, 1, n]
  def decoder_bias(self, n: int, device: Device) -> Tensor:
    table = self.weights["decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    relative = torch.arange(n, dtype=4, device=device) - (n - 1)
    return torch.embedding(table, self.bucket(relative, False)).t().contiguous().unsqueeze(0).unsqueeze(2)

  # The state of a running batch of B rows has room for R >= B rows, S prompt positions and T positions of the answer:
  # self-attention keys and values [2L, R, H, T, K], layer by layer, those of the prompt [2L, R, H, S, K],
  # additive masks of both [R, 1, 1, T] and [R, 1, 1, S], position bias [1, H, 1, T].
  # All rows write at the same column; a row that joined later has its earlier columns masked.
  # h: [B, S, D] what the decoder attends to, mask: [B, S]
  def start(self, h: Tensor, mask: Tensor, capacity: int) -> List[Tensor]:
    rows = h.size(0)
    cross = annotate(List[Tensor], [])
    for i in range(self.decoder_layers):
      y = self.products(h, self.cross_group(i))
      cross.append(self.split_heads(y[0]))
      cross.append(self.split_heads(y[1]))
    prompt = torch.stack(cross)
    own = torch.zeros([len(cross), rows, self.heads, capacity, prompt.size(4)], dtype=6, device=h.device)
    free = torch.zeros([rows, 1, 1, capacity], dtype=6, device=h.device)
    return [own, prompt, free, self.additive(mask), self.decoder_bias(capacity, h.device)]

  # The same with room for more: the first `used` rows and their columns from `low` to `column` are kept, moved to 0.
  def resize(self, state: List[Tensor], used: int, low: int, column: int, rows: int, length: int, capacity: int) -> List[Tensor]:
    own = state[0]
    prompt = state[1]
    n = min(length, prompt.size(3))
    device = own.device
    new_own = torch.zeros([own.size(0), rows, own.size(2), capacity, own.size(4)], dtype=6, device=device)
    new_own[:, 0:used, :, 0:column - low] = own[:, 0:used, :, low:column]
    free = torch.zeros([rows, 1, 1, capacity], dtype=6, device=device)
    free[0:used, :, :, 0:column - low] = state[2][0:used, :, :, low:column]
    bias = state[4]
    if bias.size(3) != capacity:
      bias = self.decoder_bias(capacity, device)
    if rows == prompt.size(1) and length == prompt.size(3):
      return [new_own, prompt, free, state[3], bias]
    new_prompt = torch.zeros([prompt.size(0), rows, prompt.size(2), length, prompt.size(4)], dtype=6, device=device)
    new_prompt[:, 0:used, :, 0:n] = prompt[:, 0:used, :, 0:n]
    mask = torch.full([rows, 1, 1, length], -1e9, dtype=6, device=device)
    mask[0:used, :, :, 0:n] = state[3][0:used, :, :, 0:n]
    return [new_own, new_prompt, free, mask, bias]

  # Appends the n rows of a fresh state, which has decoded nothing, behind the first `used` rows.
  def append(self, state: List[Tensor], fresh: List[Tensor], used: int, column: int) -> int:
    n = fresh[1].size(1)
    length = fresh[1].size(3)
    state[0][:, used:used + n] = 0.
    state[1][:, used:used + n, :, 0:length] = fresh[1]
    state[1][:, used:used + n, :, length:] = 0.
    state[2][used:used + n] = 0.
    state[2][used:used + n, :, :, 0:column] = -1e9
    state[3][used:used + n, :, :, 0:length] = fresh[3]
    state[3][used:used + n, :, :, length:] = -1e9
    return 0

  # Overwrites rows `to` [N] with rows `source` [N], the prompt's part only if `prompts`.
  def reorder(self, state: List[Tensor], to: Tensor, source: Tensor, low: int, column: int, prompts: bool) -> int:
    own = state[0][:, :, :, low:column]
    own.index_copy_(1, to, torch.index_select(own, 1, source))
    state[2].index_copy_(0, to, torch.index_select(state[2], 0, source))
    if prompts:
      state[1].index_copy_(1, to, torch.index_select(state[1], 1, source))
      state[3].index_copy_(0, to, torch.index_select(state[3], 0, source))
    return 0

  # What the first rows use of keys and values, layer by layer: [B, H, T, K] each.
  def layers(self, cache: Tensor, rows: int) -> List[Tensor]:
    return torch.unbind(cache[:, 0:rows], 0)

  # tokens: [B], the last ones, which go to `column`; columns before `low` serve no row -> logits [B, V] of the next
  def decoder_pass(self, state: List[Tensor], own: List[Tensor], prompt: List[Tensor], mask: Tensor, tokens: Tensor, low: int, column: int) -> Tensor:
    rows = tokens.size(0)
    x = self.embed(tokens)  # [B, D]
    capacity = state[4].size(3)
    # The last n + 1 columns of the bias serve the query at n.
    bias = state[4][:, :, :, capacity - 1 - column + low:capacity] + state[2][0:rows, :, :, low:column + 1]  # [B, H, 1, n]
    for i in range(self.decoder_layers):
      g = self.decoder_group(i)
      y = self.products(x, g)
      torch.copy_(torch.select(own[2 * i], 2, column), y[1].view([rows, self.heads, -1]))
      torch.copy_(torch.select(own[2 * i + 1], 2, column), y[2].view([rows, self.heads, -1]))
      q = y[0].view([rows, self.heads, 1, -1])
      keys = torch.slice(own[2 * i], 2, low, column + 1)
      values = torch.slice(own[2 * i + 1], 2, low, column + 1)
      a = torch.scaled_dot_product_attention(q, keys, values, bias, 0., False, scale=1.)
      x = self.plus(x, a.reshape([rows, -1]), g + 1)
      q = self.product(x, g + 2).view([rows, self.heads, 1, -1])
      a = torch.scaled_dot_product_attention(q, prompt[2 * i], prompt[2 * i + 1], mask, 0., False, scale=1.)
      x = self.plus(x, a.reshape([rows, -1]), g + 3)
      x = self.feed_forward(x, g + 4)
    return self.head(x)

  # One step of all rows whose logits the caller wants. `length`: longest prompt among the rows
  def decode_one(self, state: List[Tensor], tokens: Tensor, low: int, column: int, length: int) -> Tensor:
    rows = tokens.size(0)
    own = self.layers(state[0], rows)
    prompt = self.layers(state[1][:, :, :, 0:length], rows)
    return self.decoder_pass(state, own, prompt, state[3][0:rows, :, :, 0:length], tokens, low, column)

  # Greedy: up to `steps` tokens after `tokens` [B]; -1 where a row's logits are not finite. [B, <= steps]
  def decode_many(self, state: List[Tensor], tokens: Tensor, low: int, column: int, length: int, steps: int) -> Tensor:
    rows = tokens.size(0)
    own = self.layers(state[0], rows)
    prompt = self.layers(state[1][:, :, :, 0:length], rows)
    mask = state[3][0:rows, :, :, 0:length]
    made = annotate(List[Tensor], [])
    done = torch.zeros_like(tokens).to(11)  # [B] bool
    for i in range(steps):
      if not bool(torch.all(done)):
        best, next = torch.max(self.decoder_pass(state, own, prompt, mask, torch.clamp(tokens, 0), low, column + i), 1, False)
        tokens = torch.where(torch.isfinite(best), next, torch.full_like(next, -1))
        made.append(tokens)
        for e in self.eos:
          done = torch.logical_or(done, tokens == e)
    return torch.stack(made, 1)

  # Several steps of a batch of one in one pass. tokens: [N], the last one and those that may follow it; they go to
  # `column` and after -> logits [N, V] of what follows each
  def verify(self, state: List[Tensor], tokens: Tensor, low: int, column: int, length: int) -> Tensor:
    n = tokens.size(0)
    own = self.layers(state[0], 1)
    prompt = self.layers(state[1][:, :, :, 0:length], 1)
    mask = state[3][0:1, :, :, 0:length]
    queries = torch.arange(column, column + n, dtype=4, device=tokens.device).unsqueeze(1)
    distance = queries - torch.arange(low, column + n, dtype=4, device=tokens.device)  # [N, keys]
    last = state[4].size(3) - 1
    bias = torch.index_select(state[4][0, :, 0], 1, torch.flatten(last - torch.clamp(distance, 0)))
    bias = bias.view([1, self.heads, n, -1]) + (distance < 0).to(6) * -1e9 + state[2][0:1, :, :, low:column + n]
    x = self.embed(tokens)  # [N, D]
    for i in range(self.decoder_layers):
      g = self.decoder_group(i)
      y = self.products(x, g)
      own[2 * i][:, :, column:column + n] = self.split_heads(y[1].unsqueeze(0))  # [1, H, N, K]
      own[2 * i + 1][:, :, column:column + n] = self.split_heads(y[2].unsqueeze(0))
      keys = torch.slice(own[2 * i], 2, low, column + n)
      values = torch.slice(own[2 * i + 1], 2, low, column + n)
      a = torch.scaled_dot_product_attention(self.split_heads(y[0].unsqueeze(0)), keys, values, bias, 0., False, scale=1.)
      x = self.plus(x, self.merge_heads(a).squeeze(0), g + 1)
      q = self.split_heads(self.product(x, g + 2).unsqueeze(0))
      a = torch.scaled_dot_product_attention(q, prompt[2 * i], prompt[2 * i + 1], mask, 0., False, scale=1.)
      x = self.plus(x, self.merge_heads(a).squeeze(0), g + 3)
      x = self.feed_forward(x, g + 4)
    return self.head(x)

  # Teacher forcing. h: [B, S, D], mask: [B, S], inputs: [B, N] decoder input ids -> [B, N, D], for the head
  def decoded(self, h: Tensor, mask: Tensor, inputs: Tensor) -> Tensor:
    n = inputs.size(1)
    positions = torch.arange(n, dtype=4, device=h.device)
    relative = positions.unsqueeze(0) - positions.unsqueeze(1)  # [N, N]
    table = self.weights["decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    bias = torch.embedding(table, self.bucket(relative, False)).permute([2, 0, 1]).contiguous().unsqueeze(0)  # [1, H, N, N]
    bias = bias + (relative > 0).to(6) * -1e9
    cross = self.additive(mask)
    x = self.drop(self.embed(inputs))  # [B, N, D]
    for i in range(self.decoder_layers):
      g = self.decoder_group(i)
      y = self.products(x, g)
      a = torch.scaled_dot_product_attention(self.split_heads(y[0]), self.split_heads(y[1]), self.split_heads(y[2]), bias, self.dropout, False, scale=1.)
      x = self.residual(x, self.merge_heads(a), g + 1)
      q = self.split_heads(self.product(x, g + 2))
      y = self.products(h, self.cross_group(i))  # [B, S, H*K] each
      a = torch.scaled_dot_product_attention(q, self.split_heads(y[0]), self.split_heads(y[1]), cross, self.dropout, False, scale=1.)
      x = self.residual(x, self.merge_heads(a), g + 3)
      x = self.feed_forward(x, g + 4)
    return x

  # Teacher forcing. h: [B, S, D], mask: [B, S], inputs: [B, N] decoder input ids -> logits [B, N, V]
  def score(self, h: Tensor, mask: Tensor, inputs: Tensor) -> Tensor:
    return self.head(self.decoded(h, mask, inputs))

  # The only method that trains: with one tensor the embeddings of ids, with four the mean loss of the targets.
  # x: [B, S] ids or [B, S, D] input embeddings; mask: [B, S]; targets: [B, N], -100 where there is none; smoothing: scalar
  def forward(self, x: Tensor, mask: Optional[Tensor]=None, targets: Optional[Tensor]=None, smoothing: Optional[Tensor]=None) -> Tensor:
    if mask is None or targets is None or smoothing is None:
      return self.embed(x)
    before = torch.clamp(targets[:, 0:-1], 0)
    first = torch.full([targets.size(0), 1], self.start_token, dtype=4, device=targets.device)
    x = self.decoded(self.encode(x, mask), mask, torch.cat([first, before], 1)).flatten(0, 1)  # [B*N, D]
    return self.cross_entropy(x, targets.flatten(), float(smoothing))

  # Mean over the tokens that there are of the negative log-likelihood, smoothed (torch.nn.CrossEntropyLoss). Nothing in
  # training is as large as the logits. So their gradient, the softmax less the smoothed target, is made by hand, over
  # the log-likelihoods, and held fast: the gradient of sum(x * (slope w)) by x and that of sum(w * (slope^T x)) by w
  # are the loss's. `sum - sum.detach()` is zero and lets them through.
  # x: [R, D], targets: [R], negative where there is none
  def cross_entropy(self, x: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    there = torch.flatten(torch.nonzero(targets >= 0))  # [M]
    ids = torch.index_select(targets, 0, there).unsqueeze(1)  # [M, 1]
    g = self.head_group()
    w = self.groups[g][0]  # [V, D]
    x = self.drop(self.norm(torch.index_select(x, 0, there), self.norms[g])) * self.output_scale  # [M, D]
    likelihoods = torch.log_softmax(self.lin(x.detach(), w.detach()), 1)  # [M, V]
    own = torch.gather(likelihoods, 1, ids)  # [M, 1]
    loss = torch.mean(own) * (smoothing - 1.) - torch.mean(likelihoods) * smoothing
    if not x.requires_grad:
      return loss
    slope = torch.sub_(torch.exp_(likelihoods), smoothing / w.size(0))  # [M, V]
    torch.scatter_add_(slope, 1, ids, torch.full_like(own, smoothing - 1.))
    sum = torch.sum(x * self.lin(slope, w.detach().t()))
    if w.requires_grad:
      sum = sum + torch.sum(w * self.lin(slope.t(), x.detach().t()))
    sum = sum / ids.size(0)
    return sum - sum.detach() + loss
