# Positions in the state of a running batch; encoder_decoder.py and decoder_only.py continue them.
SELF = 0
CROSS = 1
SELF_MASK = 2
# Added to the score of a position that must not be attended to.
MASKED = -1e9
# In place of a token: the row's logits are not finite.
NOT_FINITE = -1


  # The decoding of a running batch. All rows write their keys and values at the same column; a row masks the columns
  # before its own first. Behind this file stands encoder_decoder.py or decoder_only.py, which has
  #   prompt_views(state, rows, length): what the rows attend to besides their columns,
  #   decoder_step(state, own, prompt, tokens, firsts, vectors, low, column): the logits of one step,
  #   head_group(): the group of the head, head_input(x): what the head's matrix is multiplied with in training.
  # B batch, R >= B rows that there is room for, T columns, L layers, G heads of keys and values, K width of a head,
  # D width, V vocabulary.

  # The keys and values of the first rows, layer by layer: [B, heads, T, K] each.
  def by_layer(self, cache: Tensor, rows: int) -> List[Tensor]:
    return torch.unbind(cache[:, 0:rows], 0)

  # One step of all rows whose logits the caller wants.
  # tokens: [B], the last ones, which go to `column`; firsts: [B] columns of position 0; vectors: whether a row may read
  # a vector that the state holds in place of its token; columns before `low` serve no row; length: longest prompt besides
  # the columns -> logits [B, V] of what follows
  def decode_one(self, state: List[Tensor], tokens: Tensor, firsts: Tensor, vectors: bool, low: int, column: int, length: int) -> Tensor:
    rows = tokens.size(0)
    own = self.by_layer(state[SELF], rows)
    return self.decoder_step(state, own, self.prompt_views(state, rows, length), tokens, firsts, vectors, low, column)

  # Greedy: up to `steps` tokens after `tokens` [B]; NOT_FINITE where a row's logits are not. [B, <= steps]
  def decode_many(self, state: List[Tensor], tokens: Tensor, firsts: Tensor, vectors: bool, low: int, column: int, length: int, steps: int) -> Tensor:
    rows = tokens.size(0)
    own = self.by_layer(state[SELF], rows)
    prompt = self.prompt_views(state, rows, length)
    made = annotate(List[Tensor], [])
    done = torch.zeros_like(tokens).to(BOOL)  # [B] bool
    for i in range(steps):
      if not bool(torch.all(done)):
        logits = self.decoder_step(state, own, prompt, tokens, firsts, vectors and i == 0, low, column + i)  # [B, V]
        best, next = torch.max(logits, 1, False)
        tokens = torch.where(torch.isfinite(best), next, torch.full_like(next, NOT_FINITE))
        made.append(tokens)
        for e in self.eos:
          done = torch.logical_or(done, tokens == e)
    return torch.stack(made, 1)

  # Writes the keys and values of one position of all rows into layer i. k, v: [B, G*K]
  def write_column(self, own: List[Tensor], i: int, column: int, k: Tensor, v: Tensor, heads: int) -> int:
    torch.copy_(torch.select(own[2 * i], 2, column), k.view([k.size(0), heads, -1]))
    torch.copy_(torch.select(own[2 * i + 1], 2, column), v.view([v.size(0), heads, -1]))
    return 0

  # Writes the keys and values of N positions of the only row into layer i. k, v: [N, G*K]
  def write_columns(self, own: List[Tensor], i: int, column: int, k: Tensor, v: Tensor, heads: int) -> int:
    end = column + k.size(0)
    own[2 * i][:, :, column:end] = self.split_heads(k.unsqueeze(0), heads)  # [1, G, N, K]
    own[2 * i + 1][:, :, column:end] = self.split_heads(v.unsqueeze(0), heads)
    return 0

  # The columns with room for more: the first `used` rows and their columns from `low` to `column` are kept, moved to `to`.
  # -> keys and values [2L, rows, G, capacity, K], additive mask [rows, 1, 1, capacity]
  def resize_columns(self, state: List[Tensor], used: int, low: int, column: int, to: int, rows: int, capacity: int) -> Tuple[Tensor, Tensor]:
    own = state[SELF]
    end = to + column - low
    resized = torch.zeros([own.size(0), rows, own.size(2), capacity, own.size(4)], dtype=F32, device=own.device)
    resized[:, 0:used, :, to:end] = own[:, 0:used, :, low:column]
    self_mask = torch.zeros([rows, 1, 1, capacity], dtype=F32, device=own.device)
    self_mask[0:used, :, :, 0:to] = MASKED
    self_mask[0:used, :, :, to:end] = state[SELF_MASK][0:used, :, :, low:column]
    return (resized, self_mask)

  # Appends the first `rows` rows of a fresh state, whose prompts take `columns` columns, behind the first `used` rows. The
  # prompts end at `column` then.
  def append_columns(self, state: List[Tensor], fresh: List[Tensor], used: int, rows: int, column: int, columns: int) -> int:
    end = used + rows
    begin = column - columns
    state[SELF][:, used:end] = 0.
    state[SELF][:, used:end, :, begin:column] = fresh[SELF][:, 0:rows, :, 0:columns]
    state[SELF_MASK][used:end] = 0.
    state[SELF_MASK][used:end, :, :, 0:begin] = MASKED
    state[SELF_MASK][used:end, :, :, begin:column] = fresh[SELF_MASK][0:rows, :, :, 0:columns]
    return 0

  # Overwrites rows `to` [N] with rows `source` [N]: the columns from `low`, which are all if `prompts`. Rows of one prompt
  # mask the same columns.
  def reorder_columns(self, state: List[Tensor], to: Tensor, source: Tensor, low: int, column: int, prompts: bool) -> int:
    own = state[SELF][:, :, :, low:column]
    own.index_copy_(1, to, torch.index_select(own, 1, source))
    if prompts:
      state[SELF_MASK].index_copy_(0, to, torch.index_select(state[SELF_MASK], 0, source))
    return 0
