# Further positions in the state of a running batch.
CROSS_MASK = 3
BIAS = 4


  # Encoder-decoders share this file: the prompt lies in a part of the cache of its own. The file of a family is put behind
  # this one and has
  #   embed(ids): vectors that the encoder takes, answer_vectors(ids): those of the decoder,
  #   first_of_prompt(x, positions), first_of_answer(x, positions): what the first layer of either takes,
  #   position_bias(relative, bidirectional): what attention of either to itself adds for positions,
  #   after_block(x, g): what follows group g, whose result has been added to x,
  #   feed_forward(x, g): a whole block with its norm, groups g and g + 1,
  #   encoded(x): what follows the encoder's last layer,
  #   head(x): the logits, and head_input(x).
  # Groups. Encoder layer: q k v | o | inner | outer. Decoder layer: q k v | o | q | o | inner | outer. Then for each
  # decoder layer k v of the prompt, and last the head.
  # B batch, S prompt length, T room for the answer, L decoder layers, D width, H heads, K width of a head, V vocabulary.
  encoder_heads : int
  decoder_heads : int
  encoder_scale : float
  decoder_scale : float
  encoder_layers : int
  decoder_layers : int
  start_token : int
  last_position : int

  # Index of the first group of an encoder layer, a decoder layer, a decoder layer's cross k v, the head.
  def encoder_group(self, i: int) -> int:
    return i * 4

  def decoder_group(self, i: int) -> int:
    return self.encoder_layers * 4 + i * 6

  def cross_group(self, i: int) -> int:
    return self.encoder_layers * 4 + self.decoder_layers * 6 + i

  def head_group(self) -> int:
    return self.encoder_layers * 4 + self.decoder_layers * 7

  # mask: [B, S], 1 at prompt positions -> additive [B, 1, 1, S]
  def additive(self, mask: Tensor) -> Tensor:
    return ((1.0 - mask.to(F32)) * MASKED).unsqueeze(1).unsqueeze(1)

  # A block of attention of whole sequences to themselves, groups g and g + 1. x: [B, S, D], bias: [B or 1, H or 1, S or 1, S]
  # -> [B, S, D]
  def self_attention(self, x: Tensor, bias: Tensor, g: int, heads: int, scale: float) -> Tensor:
    y = self.products(x, g)
    q = self.split_heads(y[0], heads)
    k = self.split_heads(y[1], heads)
    v = self.split_heads(y[2], heads)
    a = torch.scaled_dot_product_attention(q, k, v, bias, self.dropout, False, scale=scale)
    return self.after_block(self.add_product(x, self.merge_heads(a), g + 1), g + 1)

  # x: [B, S, D] after encoder layer `low`, what the first layer takes for 0; mask: [B, S] -> [B, S, D] after layer
  # `high`, and after what follows the last one if it is that (transformers: hidden_states[high])
  def encoder_part(self, x: Tensor, mask: Tensor, low: int, high: int) -> Tensor:
    positions = torch.arange(x.size(1), dtype=I64, device=x.device)
    relative = positions.unsqueeze(0) - positions.unsqueeze(1)
    bias = self.position_bias(relative, True) + self.additive(mask)  # [B, H or 1, S or 1, S]
    for i in range(low, high):
      g = self.encoder_group(i)
      x = self.self_attention(x, bias, g, self.encoder_heads, self.encoder_scale)
      x = self.feed_forward(x, g + 2)
    if high < self.encoder_layers:
      return x
    return self.encoded(x)

  # x: [B, S, D] input embeddings -> [B, S, D] what the first encoder layer takes
  def prompt(self, x: Tensor) -> Tensor:
    return self.first_of_prompt(x, torch.arange(x.size(1), dtype=I64, device=x.device))

  # x: [B, S, D] input embeddings, mask: [B, S] -> [B, S, D] what the decoder attends to
  def encode(self, x: Tensor, mask: Tensor) -> Tensor:
    return self.encoder_part(self.apply_dropout(self.prompt(x)), mask, 0, self.encoder_layers)

  # ids: [B, S], mask: [B, S] -> prompt features of a layer [B, S, D]
  def features(self, ids: Tensor, mask: Tensor, layer: int) -> Tensor:
    return self.encoder_part(self.prompt(self.embed(ids)), mask, 0, layer)

  # prompt features of a layer [B, S, D] -> what the decoder attends to [B, S, D]
  def attended(self, h: Tensor, mask: Tensor, layer: int) -> Tensor:
    if layer == self.encoder_layers:
      return h
    return self.encoder_part(h, mask, layer, self.encoder_layers)

  # Bias of a query at the last of n positions over the n keys; the last t + 1 columns serve the query at t.
  # [1, H or 1, 1, n]
  def decoder_bias(self, n: int, device: Device) -> Tensor:
    relative = torch.arange(n, dtype=I64, device=device) - (n - 1)
    return self.position_bias(relative.unsqueeze(0), False)

  # The state of a running batch of B rows has room for R >= B rows, S prompt positions and T positions of the answer:
  # self-attention keys and values [2L, R, H, T, K], layer by layer, those of the prompt [2L, R, H, S, K],
  # additive masks of both [R, 1, 1, T] and [R, 1, 1, S], position bias [1, H or 1, 1, T].
  # h: [B, S, D] what the decoder attends to, mask: [B, S]
  def start(self, h: Tensor, mask: Tensor, capacity: int) -> List[Tensor]:
    rows = h.size(0)
    cross = annotate(List[Tensor], [])
    for i in range(self.decoder_layers):
      y = self.products(h, self.cross_group(i))
      cross.append(self.split_heads(y[0], self.decoder_heads))
      cross.append(self.split_heads(y[1], self.decoder_heads))
    prompt = torch.stack(cross)
    own = torch.zeros([len(cross), rows, self.decoder_heads, capacity, prompt.size(4)], dtype=F32, device=h.device)
    self_mask = torch.zeros([rows, 1, 1, capacity], dtype=F32, device=h.device)
    return [own, prompt, self_mask, self.additive(mask), self.decoder_bias(capacity, h.device)]

  # The same with room for more: the first `used` rows and their columns from `low` to `column` are kept, moved to `to`.
  def resize(self, state: List[Tensor], used: int, low: int, column: int, to: int, rows: int, length: int, capacity: int) -> List[Tensor]:
    own, self_mask = self.resize_columns(state, used, low, column, to, rows, capacity)
    prompt = state[CROSS]
    n = min(length, prompt.size(3))
    device = prompt.device
    bias = state[BIAS]
    if bias.size(3) != capacity:
      bias = self.decoder_bias(capacity, device)
    if rows == prompt.size(1) and length == prompt.size(3):
      return [own, prompt, self_mask, state[CROSS_MASK], bias]
    new_prompt = torch.zeros([prompt.size(0), rows, prompt.size(2), length, prompt.size(4)], dtype=F32, device=device)
    new_prompt[:, 0:used, :, 0:n] = prompt[:, 0:used, :, 0:n]
    mask = torch.full([rows, 1, 1, length], MASKED, dtype=F32, device=device)
    mask[0:used, :, :, 0:n] = state[CROSS_MASK][0:used, :, :, 0:n]
    return [own, new_prompt, self_mask, mask, bias]

  # Appends the first `rows` rows of a fresh state, which has no columns, behind the first `used` rows.
  def append(self, state: List[Tensor], fresh: List[Tensor], used: int, rows: int, column: int, columns: int) -> int:
    end = used + rows
    length = fresh[CROSS].size(3)
    self.append_columns(state, fresh, used, rows, column, columns)
    state[CROSS][:, used:end, :, 0:length] = fresh[CROSS][:, 0:rows]
    state[CROSS][:, used:end, :, length:] = 0.
    state[CROSS_MASK][used:end, :, :, 0:length] = fresh[CROSS_MASK][0:rows]
    state[CROSS_MASK][used:end, :, :, length:] = MASKED
    return 0

  # Overwrites rows `to` [N] with rows `source` [N]: the columns from `low`, and the prompt's part if `prompts`.
  def reorder(self, state: List[Tensor], to: Tensor, source: Tensor, low: int, column: int, prompts: bool) -> int:
    self.reorder_columns(state, to, source, low, column, prompts)
    if prompts:
      state[CROSS].index_copy_(1, to, torch.index_select(state[CROSS], 1, source))
      state[CROSS_MASK].index_copy_(0, to, torch.index_select(state[CROSS_MASK], 0, source))
    return 0

  # Rows that have ended are decoded on, beyond the last position.
  def clamp_positions(self, positions: Tensor) -> Tensor:
    return torch.clamp(positions, 0, self.last_position)

  # -> the prompts' keys and values layer by layer [B, H, S, K] each, and last their mask [B, 1, 1, S]
  def prompt_views(self, state: List[Tensor], rows: int, length: int) -> List[Tensor]:
    views = self.by_layer(state[CROSS][:, :, :, 0:length], rows)
    views.append(state[CROSS_MASK][0:rows, :, :, 0:length])
    return views

  # prompt: what prompt_views gave. Every row begins with a token, so that there are no `vectors`.
  def decoder_step(self, state: List[Tensor], own: List[Tensor], prompt: List[Tensor], tokens: Tensor, firsts: Tensor, vectors: bool, low: int, column: int) -> Tensor:
    rows = tokens.size(0)
    x = self.first_of_answer(self.answer_vectors(torch.clamp(tokens, 0)), self.clamp_positions(column - firsts))  # [B, D]
    capacity = state[BIAS].size(3)
    # The last n + 1 columns of the bias serve the query at n.
    bias = state[BIAS][:, :, :, capacity - 1 - column + low:capacity] + state[SELF_MASK][0:rows, :, :, low:column + 1]  # [B, H or 1, 1, n]
    for i in range(self.decoder_layers):
      g = self.decoder_group(i)
      y = self.products(x, g)
      self.write_column(own, i, column, y[1], y[2], self.decoder_heads)
      q = y[0].view([rows, self.decoder_heads, 1, -1])
      keys = torch.slice(own[2 * i], 2, low, column + 1)
      values = torch.slice(own[2 * i + 1], 2, low, column + 1)
      a = torch.scaled_dot_product_attention(q, keys, values, bias, 0., False, scale=self.decoder_scale)
      x = self.after_block(self.add_product(x, a.reshape([rows, -1]), g + 1), g + 1)
      q = self.product(x, g + 2).view([rows, self.decoder_heads, 1, -1])
      a = torch.scaled_dot_product_attention(q, prompt[2 * i], prompt[2 * i + 1], prompt[-1], 0., False, scale=self.decoder_scale)
      x = self.after_block(self.add_product(x, a.reshape([rows, -1]), g + 3), g + 3)
      x = self.feed_forward(x, g + 4)
    return self.head(x)

  # Several steps of a batch of one in one pass. tokens: [N], the last one and those that may follow it; they go to
  # `column` and after -> logits [N, V] of what follows each
  def verify(self, state: List[Tensor], tokens: Tensor, firsts: Tensor, vectors: bool, low: int, column: int, length: int) -> Tensor:
    n = tokens.size(0)
    own = self.by_layer(state[SELF], 1)
    prompt = self.prompt_views(state, 1, length)
    columns = torch.arange(column, column + n, dtype=I64, device=tokens.device)
    distance = columns.unsqueeze(1) - torch.arange(low, column + n, dtype=I64, device=tokens.device)  # [N, keys]
    last = state[BIAS].size(3) - 1
    bias = torch.index_select(state[BIAS][0, :, 0], 1, torch.flatten(last - torch.clamp(distance, 0)))
    bias = bias.view([1, state[BIAS].size(1), n, -1]) + (distance < 0).to(F32) * MASKED + state[SELF_MASK][0:1, :, :, low:column + n]
    x = self.first_of_answer(self.answer_vectors(tokens), self.clamp_positions(columns - firsts))  # [N, D]
    for i in range(self.decoder_layers):
      g = self.decoder_group(i)
      y = self.products(x, g)
      self.write_columns(own, i, column, y[1], y[2], self.decoder_heads)
      keys = torch.slice(own[2 * i], 2, low, column + n)
      values = torch.slice(own[2 * i + 1], 2, low, column + n)
      q = self.split_heads(y[0].unsqueeze(0), self.decoder_heads)
      a = torch.scaled_dot_product_attention(q, keys, values, bias, 0., False, scale=self.decoder_scale)
      x = self.after_block(self.add_product(x, self.merge_heads(a).squeeze(0), g + 1), g + 1)
      q = self.split_heads(self.product(x, g + 2).unsqueeze(0), self.decoder_heads)
      a = torch.scaled_dot_product_attention(q, prompt[2 * i], prompt[2 * i + 1], prompt[-1], 0., False, scale=self.decoder_scale)
      x = self.after_block(self.add_product(x, self.merge_heads(a).squeeze(0), g + 3), g + 3)
      x = self.feed_forward(x, g + 4)
    return self.head(x)

  # Teacher forcing. h: [B, S, D], mask: [B, S], inputs: [B, N] decoder input ids -> [B, N, D], for the head
  def decoded(self, h: Tensor, mask: Tensor, inputs: Tensor) -> Tensor:
    positions = torch.arange(inputs.size(1), dtype=I64, device=h.device)
    relative = positions.unsqueeze(0) - positions.unsqueeze(1)  # [N, N]
    bias = self.position_bias(relative, False) + (relative > 0).to(F32) * MASKED  # [1, H or 1, N, N]
    cross = self.additive(mask)
    x = self.apply_dropout(self.first_of_answer(self.answer_vectors(inputs), positions))  # [B, N, D]
    for i in range(self.decoder_layers):
      g = self.decoder_group(i)
      x = self.self_attention(x, bias, g, self.decoder_heads, self.decoder_scale)
      q = self.split_heads(self.product(x, g + 2), self.decoder_heads)
      y = self.products(h, self.cross_group(i))  # [B, S, H*K] each
      k = self.split_heads(y[0], self.decoder_heads)
      v = self.split_heads(y[1], self.decoder_heads)
      a = torch.scaled_dot_product_attention(q, k, v, cross, self.dropout, False, scale=self.decoder_scale)
      x = self.after_block(self.add_product(x, self.merge_heads(a), g + 3), g + 3)
      x = self.feed_forward(x, g + 4)
    return x

  # Teacher forcing. h: [B, S, D], mask: [B, S], inputs: [B, N] decoder input ids -> logits [B, N, V]
  def score(self, h: Tensor, mask: Tensor, inputs: Tensor) -> Tensor:
    return self.head(self.decoded(h, mask, inputs))

  # Reads and writes `ids` [1, N].
  def trial(self, ids: Tensor) -> Tensor:
    ids = torch.slice(ids, 1, 0, min(ids.size(1), self.last_position))
    mask = torch.ones_like(ids)
    first = torch.full([1, 1], self.start_token, dtype=I64, device=ids.device)
    return self.score(self.features(ids, mask, self.encoder_layers), mask, torch.cat([first, ids], 1))

  # The only method that trains: with one tensor the embeddings of ids, with four the mean loss of the targets.
  # x: [B, S] ids or [B, S, D] input embeddings; mask: [B, S]; targets: [B, N], negative where there is none; smoothing: scalar
  def forward(self, x: Tensor, mask: Optional[Tensor]=None, targets: Optional[Tensor]=None, smoothing: Optional[Tensor]=None) -> Tensor:
    if mask is None or targets is None or smoothing is None:
      return self.embed(x)
    before = torch.clamp(targets[:, 0:-1], 0)
    first = torch.full([targets.size(0), 1], self.start_token, dtype=I64, device=targets.device)
    x = self.decoded(self.encode(x, mask), mask, torch.cat([first, before], 1)).flatten(0, 1)  # [B*N, D]
    return self.loss(x, targets.flatten(), float(smoothing))
