# A further position in the state of a running batch, whose CROSS is empty.
PENDING = 3
# In place of a token: the row reads the vector that the state holds for it.
VECTOR = -2
# Numbers of a portion of a long prompt, 64 MiB in float32, and its fewest positions.
PORTION_NUMBERS = 16777216
PORTION_POSITIONS = 16
# Fewest queries of a layer with a window that attend at a time.
WINDOW_QUERIES = 256


  # Decoder-only families share this file: prompt and answer lie in the columns of one cache. The file of a
  # family is put behind this one and has
  #   first(x, positions): what the first layer takes,
  #   rotation(positions, lengths): what its attention needs of positions,
  #   queries_keys_values(x, i, rotation): of layer i, each [.., heads * K],
  #   after_attention(x, a, i): the rest of layer i,
  #   head_group(), which is behind the final norm.
  # B batch, S prompt length, T columns, L layers, D width, H heads, G heads of keys and values, K width of a head,
  # V vocabulary.
  layers : int
  heads : int
  kv_heads : int
  head_width : int
  inner : int
  scales : List[float]
  activation : str
  windows : List[int]
  table : str
  context : int

  # ids: [..] -> [.., D]
  def embed(self, ids: Tensor) -> Tensor:
    return torch.embedding(self.weights[self.table], ids).to(F32)

  # [B, G, S, K] -> [B, H, S, K]: each head of keys or values serves the heads of queries that follow one another
  def repeat_kv(self, x: Tensor) -> Tensor:
    if self.kv_heads == self.heads:
      return x
    each = self.heads // self.kv_heads
    x = x.unsqueeze(2).expand([x.size(0), x.size(1), each, x.size(2), x.size(3)])
    return x.reshape([x.size(0), self.heads, x.size(3), x.size(4)])

  # distance: query position minus key position -> additive mask of a layer with this window, 0 for none
  def causal_mask(self, distance: Tensor, window: int) -> Tensor:
    hidden = distance < 0
    if window > 0:
      hidden = torch.logical_or(hidden, distance >= window)
    return hidden.to(F32) * MASKED

  # Positions of B rows that are worked on at a time, so that a layer's results for them have at most PORTION_NUMBERS numbers.
  def portion(self, rows: int, width: int) -> int:
    return max(PORTION_POSITIONS, PORTION_NUMBERS // (rows * width))

  # Attention in layer i of positions 0 to S - 1 to themselves and to those before them. q: [B, H, S, K], k, v:
  # [B, G, S, K] -> [B, H, S, K]
  def causal(self, q: Tensor, k: Tensor, v: Tensor, i: int) -> Tensor:
    n = q.size(2)
    window = self.windows[i]
    k = self.repeat_kv(k)
    v = self.repeat_kv(v)
    if window == 0 or window >= n:
      return torch.scaled_dot_product_attention(q, k, v, None, self.dropout, True, scale=self.scales[i])
    size = max(window, WINDOW_QUERIES)
    parts = annotate(List[Tensor], [])
    for begin in range(0, n, size):
      end = min(n, begin + size)
      low = max(0, begin + 1 - window)
      queries = torch.arange(begin, end, dtype=I64, device=q.device).unsqueeze(1)
      mask = self.causal_mask(queries - torch.arange(low, end, dtype=I64, device=q.device), window)  # [queries, keys]
      parts.append(torch.scaled_dot_product_attention(q[:, :, begin:end], k[:, :, low:end], v[:, :, low:end], mask, self.dropout, False, scale=self.scales[i]))
    return torch.cat(parts, 2)

  # x: [B, S, D], a: [B, S, H*K] -> [B, S, D] after layer i; long prompts in portions
  def after_attention_of_all(self, x: Tensor, a: Tensor, i: int) -> Tensor:
    size = self.portion(x.size(0), 4 * self.inner)
    if x.size(1) <= size:
      return self.after_attention(x, a, i)
    parts = annotate(List[Tensor], [])
    for begin in range(0, x.size(1), size):
      parts.append(self.after_attention(x[:, begin:begin + size], a[:, begin:begin + size], i))
    return torch.cat(parts, 1)

  # x: [B, S, D] input vectors, lengths: [B] true ones -> [B, S, D] after layer `high`. Padding stands at the end, where
  # no position attends to it.
  def hidden(self, x: Tensor, lengths: Tensor, high: int) -> Tensor:
    positions = torch.arange(x.size(1), dtype=I64, device=x.device)
    rotation = self.rotation(positions, lengths.unsqueeze(1))
    x = self.apply_dropout(self.first(x, positions))
    for i in range(high):
      y = self.queries_keys_values(x, i, rotation)
      a = self.causal(self.split_heads(y[0], self.heads), self.split_heads(y[1], self.kv_heads), self.split_heads(y[2], self.kv_heads), i)
      x = self.after_attention_of_all(x, self.merge_heads(a), i)
    return x

  # ids: [B, S], lengths: [B] -> prompt features of a layer [B, S, D], after the final norm if that is the last
  # (transformers: hidden_states[layer])
  def features(self, ids: Tensor, lengths: Tensor, layer: int) -> Tensor:
    x = self.hidden(self.embed(ids), lengths, layer)
    if layer < self.layers:
      return x
    return self.normed(x, self.head_group())

  # The state of a running batch of B rows has room for R >= B rows and T columns: keys and values [2L, R, G, T, K],
  # layer by layer, nothing [0, R, 1, 0, 1], an additive mask [R, 1, 1, T] and the vector that each row reads next where
  # its next token is VECTOR [R, D].
  # The prompts end at column C, and their last vectors are the first ones to read. C is S - 1, or less where no layer
  # attends to what came before the last C positions.
  # x: [B, S, D] input vectors, lengths: [B], kept: C
  def start(self, x: Tensor, lengths: Tensor, kept: int, capacity: int) -> List[Tensor]:
    rows = x.size(0)
    n = x.size(1) - 1
    left = n - kept
    device = x.device
    last = (lengths - 1).view([rows, 1, 1]).expand([rows, 1, x.size(2)])
    pending = torch.gather(x, 1, last).squeeze(1)  # [B, D]
    self_mask = torch.zeros([rows, 1, 1, capacity], dtype=F32, device=device)
    columns = torch.arange(left, n, dtype=I64, device=device).unsqueeze(0) - (n + 1 - lengths).unsqueeze(1)  # [B, C]
    self_mask[:, 0, 0, 0:kept] = (columns < 0).to(F32) * MASKED
    own = torch.zeros([2 * self.layers, rows, self.kv_heads, capacity, self.head_width], dtype=F32, device=device)
    if n > 0:
      equal = bool(torch.all(lengths == n + 1))
      source = torch.clamp(columns, 0).view([rows, 1, kept, 1]).expand([rows, self.kv_heads, kept, self.head_width])
      positions = torch.arange(n, dtype=I64, device=device)
      rotation = self.rotation(positions, lengths.unsqueeze(1))
      x = self.first(torch.slice(x, 1, 0, n), positions)
      for i in range(self.layers):
        y = self.queries_keys_values(x, i, rotation)
        k = self.split_heads(y[1], self.kv_heads)  # [B, G, S - 1, K]
        v = self.split_heads(y[2], self.kv_heads)
        if equal:
          own[2 * i, :, :, 0:kept] = torch.slice(k, 2, left, n)
          own[2 * i + 1, :, :, 0:kept] = torch.slice(v, 2, left, n)
        else:
          own[2 * i, :, :, 0:kept] = torch.gather(k, 2, source)
          own[2 * i + 1, :, :, 0:kept] = torch.gather(v, 2, source)
        if i + 1 < self.layers:
          a = self.causal(self.split_heads(y[0], self.heads), k, v, i)
          x = self.after_attention_of_all(x, self.merge_heads(a), i)
    return [own, torch.zeros([0, rows, 1, 0, 1], dtype=F32, device=device), self_mask, pending]

  # The same with room for more: the first `used` rows and their columns from `low` to `column` are kept, moved to `to`.
  def resize(self, state: List[Tensor], used: int, low: int, column: int, to: int, rows: int, length: int, capacity: int) -> List[Tensor]:
    own, self_mask = self.resize_columns(state, used, low, column, to, rows, capacity)
    pending = torch.zeros([rows, state[PENDING].size(1)], dtype=F32, device=own.device)
    pending[0:used] = state[PENDING][0:used]
    return [own, torch.zeros([0, rows, 1, 0, 1], dtype=F32, device=own.device), self_mask, pending]

  # Appends the first `rows` rows of a fresh state, whose prompts end at column `columns`, behind the first `used` rows; they
  # end at `column` then.
  def append(self, state: List[Tensor], fresh: List[Tensor], used: int, rows: int, column: int, columns: int) -> int:
    self.append_columns(state, fresh, used, rows, column, columns)
    state[PENDING][used:used + rows] = fresh[PENDING][0:rows]
    return 0

  # Overwrites rows `to` [N] with rows `source` [N]: the columns from `low`, which are all if `prompts`.
  def reorder(self, state: List[Tensor], to: Tensor, source: Tensor, low: int, column: int, prompts: bool) -> int:
    self.reorder_columns(state, to, source, low, column, prompts)
    state[PENDING].index_copy_(0, to, torch.index_select(state[PENDING], 0, source))
    return 0

  # tokens: [B] -> their vectors [B, D]; those that the state holds where a token is VECTOR, as some are if `vectors`
  def inputs(self, state: List[Tensor], tokens: Tensor, vectors: bool) -> Tensor:
    x = self.embed(torch.clamp(tokens, 0))
    if vectors:
      return torch.where((tokens == VECTOR).unsqueeze(1), state[PENDING][0:tokens.size(0)], x)
    return x

  # Prompts lie in the columns.
  def prompt_views(self, state: List[Tensor], rows: int, length: int) -> List[Tensor]:
    return annotate(List[Tensor], [])

  def decoder_step(self, state: List[Tensor], own: List[Tensor], prompt: List[Tensor], tokens: Tensor, firsts: Tensor, vectors: bool, low: int, column: int) -> Tensor:
    rows = tokens.size(0)
    positions = column - firsts  # [B]
    rotation = self.rotation(positions, positions + 1)
    x = self.first(self.inputs(state, tokens, vectors), positions)  # [B, D]
    mask = torch.slice(state[SELF_MASK], 0, 0, rows)  # [B, 1, 1, T]
    for i in range(self.layers):
      y = self.queries_keys_values(x, i, rotation)
      self.write_column(own, i, column, y[1], y[2], self.kv_heads)
      begin = low
      if self.windows[i] > 0:
        begin = max(low, column + 1 - self.windows[i])
      keys = torch.slice(own[2 * i], 2, begin, column + 1)
      values = torch.slice(own[2 * i + 1], 2, begin, column + 1)
      # The queries that share keys stand where positions do.
      q = y[0].view([rows, self.kv_heads, self.heads // self.kv_heads, -1])
      a = torch.scaled_dot_product_attention(q, keys, values, torch.slice(mask, 3, begin, column + 1), 0., False, scale=self.scales[i])
      x = self.after_attention(x, a.reshape([rows, -1]), i)
    return self.head(x)

  # Several steps of a batch of one in one pass. tokens: [N], the next one and those that may follow it; they go to
  # `column` and after -> logits [N, V] of what follows each
  def verify(self, state: List[Tensor], tokens: Tensor, firsts: Tensor, vectors: bool, low: int, column: int, length: int) -> Tensor:
    n = tokens.size(0)
    own = self.by_layer(state[SELF], 1)
    end = column + n
    x = self.embed(torch.clamp(tokens, 0))  # [N, D]
    if vectors:
      x = torch.cat([state[PENDING][0:1], x[1:]], 0)
    columns = torch.arange(column, end, dtype=I64, device=tokens.device)
    positions = columns - firsts  # [N]
    rotation = self.rotation(positions, positions + 1)
    x = self.first(x, positions)
    distance = columns.unsqueeze(1) - torch.arange(low, end, dtype=I64, device=tokens.device)  # [N, keys]
    each = self.heads // self.kv_heads
    for i in range(self.layers):
      mask = self.causal_mask(distance, self.windows[i]) + state[SELF_MASK][0, 0, :, low:end]
      mask = torch.repeat(mask, [each, 1])  # [H / G * N, keys]
      y = self.queries_keys_values(x, i, rotation)  # [N, heads * K]
      self.write_columns(own, i, column, y[1], y[2], self.kv_heads)
      keys = torch.slice(own[2 * i], 2, low, end)
      values = torch.slice(own[2 * i + 1], 2, low, end)
      q = self.split_heads(y[0].unsqueeze(0), self.heads).reshape([1, self.kv_heads, each * n, -1])
      a = torch.scaled_dot_product_attention(q, keys, values, mask, 0., False, scale=self.scales[i])
      a = self.merge_heads(a.view([1, self.heads, n, -1])).squeeze(0)  # [N, H*K]
      x = self.after_attention(x, a, i)
    return self.head(x)

  # Teacher forcing. ids: [B, S], lengths: [B] -> logits [B, S, V] of what follows each
  def score(self, ids: Tensor, lengths: Tensor) -> Tensor:
    return self.head(self.hidden(self.embed(ids), lengths, self.layers))

  # Reads `ids` [1, N], or as many as there are positions for.
  def trial(self, ids: Tensor) -> Tensor:
    ids = torch.slice(ids, 1, 0, min(ids.size(1), self.context))
    return self.score(ids, torch.full([1], ids.size(1), dtype=I64, device=ids.device))

  # The only method that trains: with one tensor the embeddings of ids, with four the mean loss of the targets.
  # x: [B, S] ids or [B, S, D] input vectors; mask: [B, S]; targets: [B, N], negative where there is none; smoothing: scalar
  def forward(self, x: Tensor, mask: Optional[Tensor]=None, targets: Optional[Tensor]=None, smoothing: Optional[Tensor]=None) -> Tensor:
    if mask is None or targets is None or smoothing is None:
      return self.embed(x)
    rows = x.size(0)
    n = targets.size(1)
    lengths = torch.sum(mask, [1])  # [B]
    before = torch.clamp(targets[:, 0:-1], 0)
    x = torch.cat([x, self.embed(before)], 1)  # [B, S + N - 1, D]
    # Each row's target follows its prompt without a gap; padding moves to the end.
    positions = torch.arange(x.size(1), dtype=I64, device=x.device).unsqueeze(0)
    shift = (mask.size(1) - lengths).unsqueeze(1)  # [B, 1]
    source = torch.where(positions < lengths.unsqueeze(1), positions, torch.clamp(positions + shift, 0, x.size(1) - 1))
    x = torch.gather(x, 1, source.unsqueeze(2).expand(x.size()))
    x = self.hidden(x, lengths + torch.sum((targets >= 0).to(I64), [1]) - 1, self.layers)
    # The vector before a target predicts it.
    predicting = (lengths - 1).unsqueeze(1) + torch.arange(n, dtype=I64, device=x.device).unsqueeze(0)  # [B, N]
    x = torch.gather(x, 1, predicting.unsqueeze(2).expand([rows, n, x.size(2)])).flatten(0, 1)  # [B*N, D]
    return self.loss(x, targets.flatten(), float(smoothing))

  # x: [.., D] after the last layer -> logits [.., V]
  def head(self, x: Tensor) -> Tensor:
    return self.product(x, self.head_group())

  # x: [M, D] after the last layer -> [M, D]
  def head_input(self, x: Tensor) -> Tensor:
    return self.normed(x, self.head_group())
