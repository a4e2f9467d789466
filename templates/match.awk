# Compares what a command printed with what was recorded: awk -f match.awk PATTERN ACTUAL, with LC_ALL=C; POSIX awk.
# Exit status 0 when it holds, 1 when not, with the reasons on standard output, 2 for a pattern that can't be read.
# PATTERN: "= TEXT" a row, %{type} in it a value that varies, %XX a byte; "*" any rows; "<" and ">" around rows in any order.
# Blank lines, runs of blanks, terminal escapes and what a carriage return wrote over don't count.

BEGIN {
  # What a value of each type looks like; the longest match counts.
  re["int", 1] = "^([-+]?[0-9]+(,[0-9][0-9][0-9])*)"
  re["pid", 1] = "^([0-9]+)"
  re["float", 1] = "^([-+]?[0-9]+([.,][0-9]+)*)"
  re["float", 2] = "^([-+]?[.][0-9]+)"
  re["float", 3] = "^([-+]?[0-9]+([.][0-9]+)?e[-+][0-9]+)"
  re["float", 4] = "^(-?nan)"
  re["float", 5] = "^(-?inf)"
  re["percent", 1] = "^([-+]?[0-9]+([.,][0-9]+)? ?%)"
  re["percent", 2] = "^(-)"
  re["size", 1] = "^([0-9]+([.,][0-9]+)*([kKMGTPEZYgmt]i?)?([bB](its?|ytes?|ps)?)?(/s(ec)?)?)"
  re["size", 2] = "^([0-9]+([.,][0-9]+)* ([kKMGTPEZY]i?[bB]?|[bB])(its?|ytes?|ps)?(/s(ec)?)?)"
  re["size", 3] = "^(--[.]-[KMG]?B?/s)"
  re["duration", 1] = "^([0-9]+([.,][0-9]+)* ?(years?|y|months?|mo|weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|msecs?|ms|m|seconds?|secs?|s|usecs?|us|nsecs?|ns)(,? ?(and )?[0-9]+([.,][0-9]+)* ?(years?|y|months?|mo|weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|msecs?|ms|m|seconds?|secs?|s|usecs?|us|nsecs?|ns))*[0-9]*)"
  re["duration", 2] = "^(([0-9]+ days?,? |[0-9]+[-:])?[0-9]+:[0-9][0-9](:[0-9][0-9])?([.,][0-9]+)?[ms]?)"
  re["duration", 3] = "^([0-9]+([.,][0-9]+)?[-+]?)"
  re["duration", 4] = "^([0-9]+([.][0-9]+)?e[-+][0-9]+ ?(years?|y|months?|mo|weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|msecs?|ms|m|seconds?|secs?|s|usecs?|us|nsecs?|ns)?)"
  re["duration", 5] = "^(([Aa]bout |[Ll]ess than )?an? (few )?(second|minute|hour|day|week|month|year)s?)"
  re["lapse", 1] = "^(([0-9]+([.,][0-9]+)*(years?|y|months?|mo|weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|msecs?|ms|m|seconds?|secs?|s|usecs?|us|nsecs?|ns))+[0-9]*)"
  re["lapse", 2] = "^([0-9]+([.,][0-9]+)* (years?|y|months?|mo|weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|msecs?|ms|m|seconds?|secs?|s|usecs?|us|nsecs?|ns))"
  re["lapse", 3] = "^(([0-9]+[-:])?[0-9]+:[0-9][0-9](:[0-9][0-9])?([.,][0-9]+)?[ms]?)"
  re["lapse", 4] = "^([0-9]+([.,][0-9]+)*)"
  re["moment", 1] = "^([0-9]?[0-9]:[0-9][0-9](:[0-9][0-9])?([ap]m)?)"
  re["moment", 2] = "^((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*[0-9]*)"
  re["moment", 3] = "^((Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[0-9]*)"
  re["moment", 4] = "^([0-9]?[0-9](Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[0-9]*)"
  re["moment", 5] = "^((19|20)[0-9][0-9])"
  re["time", 1] = "^([0-9]?[0-9]:[0-9][0-9](:[0-9][0-9]([.,][0-9]+)?)?( ?[AaPp]M)?)"
  re["time", 2] = "^([0-9]?[0-9]:[0-9][0-9](:[0-9][0-9]([.,][0-9]+)?)?( ?[AaPp]M)?( ?[-+][0-9][0-9]:?[0-9][0-9]| ?Z| [A-Z][A-Z][A-Z]?[A-Z]?))"
  re["date", 1] = "^((19|20)[0-9][0-9]([-/.])[0-9][0-9]([-/.])[0-9][0-9](([T ]| at |, )([0-9]?[0-9]:[0-9][0-9](:[0-9][0-9]([.,][0-9]+)?)?( ?[AaPp]M)?))?(( ?[-+][0-9][0-9]:?[0-9][0-9]| ?Z| [A-Z][A-Z][A-Z]?[A-Z]?))?)"
  re["date", 2] = "^(((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* ?[0-9]?[0-9])"
  re["date", 3] = "^(((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* ?[0-9]?[0-9],? [0-9]?[0-9]:[0-9][0-9](:[0-9][0-9]([.,][0-9]+)?)?( ?[AaPp]M)?(( ?[-+][0-9][0-9]:?[0-9][0-9]| ?Z| [A-Z][A-Z][A-Z]?[A-Z]?))?)"
  re["date", 4] = "^(((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* ?[0-9]?[0-9],? [0-9]?[0-9]:[0-9][0-9](:[0-9][0-9]([.,][0-9]+)?)?( ?[AaPp]M)? (19|20)[0-9][0-9](( ?[-+][0-9][0-9]:?[0-9][0-9]| ?Z| [A-Z][A-Z][A-Z]?[A-Z]?))?)"
  re["date", 5] = "^(((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* ?[0-9]?[0-9],? [0-9]?[0-9]:[0-9][0-9](:[0-9][0-9]([.,][0-9]+)?)?( ?[AaPp]M)? [A-Z][A-Z][A-Z][A-Z]? (19|20)[0-9][0-9](( ?[-+][0-9][0-9]:?[0-9][0-9]| ?Z| [A-Z][A-Z][A-Z]?[A-Z]?))?)"
  re["date", 6] = "^(((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* ?[0-9]?[0-9],? (19|20)[0-9][0-9]((,| at)? [0-9]?[0-9]:[0-9][0-9](:[0-9][0-9]([.,][0-9]+)?)?( ?[AaPp]M)?(( ?[-+][0-9][0-9]:?[0-9][0-9]| ?Z| [A-Z][A-Z][A-Z]?[A-Z]?))?)?)"
  re["date", 7] = "^(((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?[0-9]?[0-9][-/ ](Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[-/ ,]+(19|20)[0-9][0-9]([ :][0-9]?[0-9]:[0-9][0-9](:[0-9][0-9]([.,][0-9]+)?)?( ?[AaPp]M)?(( ?[-+][0-9][0-9]:?[0-9][0-9]| ?Z| [A-Z][A-Z][A-Z]?[A-Z]?))?)?)"
  re["date", 8] = "^((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]* (19|20)[0-9][0-9]-[0-9][0-9]-[0-9][0-9]( [0-9]?[0-9]:[0-9][0-9](:[0-9][0-9]([.,][0-9]+)?)?( ?[AaPp]M)?(( ?[-+][0-9][0-9]:?[0-9][0-9]| ?Z| [A-Z][A-Z][A-Z]?[A-Z]?))?)?)"
  re["date", 9] = "^([0-9]?[0-9]([/.])[0-9]?[0-9]([/.])((19|20)[0-9][0-9]|[0-9][0-9])(,? [0-9]?[0-9]:[0-9][0-9](:[0-9][0-9]([.,][0-9]+)?)?( ?[AaPp]M)?(( ?[-+][0-9][0-9]:?[0-9][0-9]| ?Z| [A-Z][A-Z][A-Z]?[A-Z]?))?)?)"
  re["date", 10] = "^(((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]* )?[0-9]?[0-9]:[0-9][0-9](:[0-9][0-9]([.,][0-9]+)?)?( ?[AaPp]M)?(( ?[-+][0-9][0-9]:?[0-9][0-9]| ?Z| [A-Z][A-Z][A-Z]?[A-Z]?))?)"
  re["date", 11] = "^((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*[0-9]*)"
  re["date", 12] = "^((Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[0-9]*)"
  re["date", 13] = "^([0-9]?[0-9](Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[0-9]*)"
  re["date", 14] = "^((19|20)[0-9][0-9]([01][0-9][0-3][0-9](T?[0-9]+Z?)?)?)"
  re["version", 1] = "^([0-9][0-9A-Za-z.+~:_-]*)"
  re["ip", 1] = "^([0-9]+[.][0-9]+[.][0-9]+[.][0-9]+)"
  re["ip6", 1] = "^([0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f]*([0-9.]*)(%[0-9A-Za-z]+)?)"
  re["mac", 1] = "^([0-9A-Fa-f][0-9A-Fa-f][:-][0-9A-Fa-f][0-9A-Fa-f][:-][0-9A-Fa-f][0-9A-Fa-f][:-][0-9A-Fa-f][0-9A-Fa-f][:-][0-9A-Fa-f][0-9A-Fa-f][:-][0-9A-Fa-f][0-9A-Fa-f])"
  re["uuid", 1] = "^([0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f]-[0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f]-[0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f]-[0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f]-[0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f])"
  re["hex", 1] = "^((0[xX])?[0-9A-Fa-f]+)"
  re["hex", 2] = "^([0-9A-Fa-f][0-9A-Fa-f](:[0-9A-Fa-f][0-9A-Fa-f])+:?)"
  re["hash", 1] = "^([0-9A-Za-z+/=:]+)"
  re["tty", 1] = "^((pts|tty|vc)/?[A-Za-z]*[0-9]*)"
  re["tty", 2] = "^(console)"
  re["tty", 3] = "^([?])"
  re["tty", 4] = "^(:[0-9]+([.][0-9]+)?)"
  re["tty", 5] = "^(-)"
  re["user", 1] = "^([0-9A-Za-z_][0-9A-Za-z_.-]*[$+]?)"
  re["host", 1] = "^([0-9A-Za-z]([0-9A-Za-z_.:-]*[0-9A-Za-z])?)"
  re["path", 1] = "^([^ ]+)"
  re["url", 1] = "^([a-z]+://[^ ]+)"
  re["bar", 1] = "^(#+)"
  re["bar", 2] = "^(=*>? ?)"
  re["bar", 3] = "^(-+)"
  re["bar", 4] = "^([*]+)"
  re["bar", 5] = "^(_+)"
  re["bar", 6] = "^(~+)"
  re["bar", 7] = "^([.]+)"
  re["bar", 8] = "^(=+)"
  re["bar", 9] = "^([|/-])"
  re["plural", 1] = "^(s?)"
  re["share", 1] = "^( ?[0-9]+([.,][0-9]+)? ?%?)"
  re["word", 1] = "^([^ ]+)"
  re["text", 1] = "^(.*)"
  split("bar hash host path text url user version word", wide_names, " ")
  for (key in re) {
    split(key, key_parts, SUBSEP)
    if (key_parts[2] + 0 > re_count[key_parts[1]] + 0) re_count[key_parts[1]] = key_parts[2] + 0
  }
  for (key in wide_names) wide[wide_names[key]] = 1
  empty["text"] = empty["plural"] = 1
  for (byte = 1; byte < 256; byte++) character[sprintf("%02X", byte)] = sprintf("%c", byte)
  WINDOW = 128
  LOOK = 24
  TOLD = 12
}

# --- lines and rows ---

function normal(line,    parts, k) { # the bytes of a line that are compared
  gsub("\033\\[[0-9;:?<=>]*[ -/]*[@-~]|\033\\][^\007\033]*(\007|\033\\\\)?|\033[ -/]+[0-~]|\033[0-~]", "", line)
  if (index(line, "\r")) {
    for (k = split(line, parts, "\r"); k > 0 && parts[k] !~ /[^ \t\013\014]/; k--);
    line = k > 0 ? parts[k] : ""
  }
  if (index(line, "\010")) {
    gsub("([\300-\377][\200-\277]+|[^\010])\010", "", line)
    gsub("\010", "", line)
  }
  gsub("([ \t\013\014]|\302\240)+", " ", line)
  sub("^ ", "", line)
  sub(" $", "", line)
  return line
}

function forget(    none) { # begin a new pattern
  rows = blocks = in_any = 0
  segments = 1
  segment_size[1] = 0
  segment_block[1] = 1
  segment_last[1] = 0
  block_open = 0
}

function read_pattern(line,    sign) { # one line of the pattern; 0 when it is none
  sign = substr(line, 1, 1)
  if (line == "*") {
    segments++
    segment_size[segments] = 0
    segment_block[segments] = blocks + 1
    segment_last[segments] = blocks
    block_open = 0
  } else if (line == "<" || line == ">") {
    in_any = line == "<"
    block_open = 0
  } else if (substr(line, 1, 2) == "= ") {
    if (!block_open) {
      blocks++
      block_open = 1
      block_row[blocks] = rows + 1
      block_size[blocks] = 0
      block_any[blocks] = in_any
      segment_last[segments] = blocks
    }
    block_size[blocks]++
    segment_size[segments]++
    read_row(++rows, substr(line, 3))
    row_segment[rows] = segments
    row_any[rows] = in_any
  } else if (line != "") return 0
  return 1
}

function read_row(row, text,    at, close_at, literal, n) {
  n = 0
  literal = ""
  while ((at = index(text, "%")) > 0) {
    literal = literal substr(text, 1, at - 1)
    if (substr(text, at + 1, 1) == "{") {
      close_at = at + index(substr(text, at), "}") - 1
      if (literal != "") {
        piece[row, ++n] = literal
        kind[row, n] = ""
      }
      piece[row, ++n] = ""
      kind[row, n] = substr(text, at + 2, close_at - at - 2)
      if (!(kind[row, n] in re_count)) kind[row, n] = "word"
      literal = ""
      text = substr(text, close_at + 1)
    } else {
      literal = literal character[substr(text, at + 1, 2)]
      text = substr(text, at + 3)
    }
  }
  literal = literal text
  if (literal != "") {
    piece[row, ++n] = literal
    kind[row, n] = ""
  }
  pieces[row] = n
  outer_words(row, n)
}

function outer_words(row, n,    parts, k) { # the literal words that begin and end the row, "" for none
  first_word[row] = last_word[row] = ""
  if (kind[row, 1] == "" && (n == 1 || index(piece[row, 1], " "))) {
    split(piece[row, 1], parts, " ")
    first_word[row] = parts[1]
  }
  if (kind[row, n] == "" && (n == 1 || index(piece[row, n], " "))) {
    k = split(piece[row, n], parts, " ")
    last_word[row] = parts[k]
  }
}

function add_line(number, line) { # one line of the output
  line = normal(line)
  if (line == "") return
  actual[++lines] = line
  place[lines] = number
}

# --- one row against one line ---

function longest(type, text,    k, best) { # the length of the longest value that begins the text, -1 for none
  best = (type in empty) ? 0 : -1
  for (k = 1; k <= re_count[type]; k++)
    if (match(text, re[type, k]) && RLENGTH > best) best = RLENGTH
  return best
}

# Whether the row stands for the text; else failed_piece and failed_at say where not.
# A hole takes the longest value after which the next literal follows; nothing is tried twice.
function fits(row, text,    k, at, size, n, type, after, long_after, next_at, end, tries, window) {
  at = 1
  n = pieces[row]
  size = length(text)
  for (k = 1; k <= n; k++) {
    type = kind[row, k]
    failed_piece = k
    failed_at = at
    if (type == "") {
      if (substr(text, at, length(piece[row, k])) != piece[row, k]) return 0
      at += length(piece[row, k])
      continue
    }
    window = (type in wide) ? size : WINDOW
    long_after = longest(type, substr(text, at, window))
    if (long_after < 0) return 0
    next_at = at + long_after
    if (k < n && kind[row, k + 1] == "") {
      after = piece[row, k + 1]
      if (substr(text, next_at, length(after)) != after) {
        tries = 0
        for (end = next_at - 1; end >= at && tries < 32; end--) {
          if (substr(text, end, length(after)) != after) continue
          tries++
          if (longest(type, substr(text, at, end - at)) == end - at) {
            next_at = end
            break
          }
        }
      }
    }
    at = next_at
  }
  failed_piece = n + 1
  failed_at = at
  return at == size + 1
}

# --- all rows against all lines: the first segment at the beginning, the last at the end, each between at its first place ---

function holds(    s, at, end, total) {
  total = 0
  for (s = 1; s <= segments; s++) total += segment_size[s]
  if (segments == 1) return total == lines && stands(1, 1)
  if (total > lines) return 0
  end = lines - segment_size[segments] + 1
  if (!stands(1, 1) || !stands(segments, end)) return 0
  at = segment_size[1] + 1
  for (s = 2; s < segments; s++) {
    while (at + segment_size[s] <= end && !stands(s, at)) at++
    if (at + segment_size[s] > end) return 0
    at += segment_size[s]
  }
  return 1
}

function stands(s, at,    b, k) { # whether the segment's rows stand from line `at` on
  for (b = segment_block[s]; b <= segment_last[s]; b++) {
    for (k = 0; k < block_size[b]; k++)
      if (!fits(block_row[b] + k, actual[at + k])) break
    if (k < block_size[b] && !(block_any[b] && any_order(b, at))) return 0
    at += block_size[b]
  }
  return 1
}

# Whether each row of the block has a line of its own: a matching in a bipartite graph, found by augmenting paths.
function any_order(b, at,    k) {
  index_lines(at, at + block_size[b] - 1)
  for (k = at; k < at + block_size[b]; k++) owner[k] = 0
  for (k = block_row[b]; k < block_row[b] + block_size[b]; k++) held[k] = 0
  for (k = block_row[b]; k < block_row[b] + block_size[b]; k++)
    if (!augment(k)) return 0
  return 1
}

function index_lines(from, to,    k, n, parts) { # the lines by their last and first words, and all
  split("", bucket)
  split("", bucket_size)
  for (k = from; k <= to; k++) {
    n = split(actual[k], parts, " ")
    bucket["l" parts[n], ++bucket_size["l" parts[n]]] = k
    bucket["f" parts[1], ++bucket_size["f" parts[1]]] = k
    bucket["a", ++bucket_size["a"]] = k
  }
}

function bucket_of(row) {
  return last_word[row] != "" ? "l" last_word[row] : first_word[row] != "" ? "f" first_word[row] : "a"
}

function augment(start,    queue, head, tail, row, name, k, line, from) {
  queue[head = tail = 1] = start
  while (head <= tail) {
    row = queue[head++]
    name = bucket_of(row)
    for (k = 1; k <= bucket_size[name]; k++) {
      line = bucket[name, k]
      if (line in from || !fits(row, actual[line])) continue
      from[line] = row
      if (!owner[line]) {
        while (line) {
          row = from[line]
          owner[line] = row
          k = held[row]
          held[row] = line
          line = k
        }
        return 1
      }
      queue[++tail] = owner[line]
    }
  }
  return 0
}

# --- why not ---

function explain(    i, j, d, a, told, best) {
  split("", done_row)
  split("", done_line)
  index_lines(1, lines)
  for (i = 1; i <= rows; i++) {
    if (!row_any[i]) continue
    for (d = 1; d <= bucket_size[bucket_of(i)] && d <= 200; d++) {
      j = bucket[bucket_of(i), d]
      if (!(j in done_line) && fits(i, actual[j])) {
        done_row[i] = done_line[j] = 1
        break
      }
    }
  }
  i = next_row(1)
  j = next_line(1)
  told = 0
  while ((i <= rows || j <= lines) && told < TOLD) {
    if (i <= rows && j <= lines && fits(i, actual[j])) {
      i = next_row(i + 1)
      j = next_line(j + 1)
      continue
    }
    if (i > rows && segment_size[segments] == 0) break
    if (i > 1 && i <= rows && (row_segment[i] != row_segment[i - 1]) || i == 1 && segment_size[1] == 0) {
      best = j
      while (best <= lines && !(!(best in done_line) && fits(i, actual[best]))) best++
      if (best <= lines) {
        j = best
        continue
      }
    }
    told += tell(i, j)
    i = told_row
    j = told_line
  }
  if (told >= TOLD) print "more differs"
  else if (!told) print "the lines do not follow one another as recorded"
}

function next_row(i) {
  while (i <= rows && (i in done_row)) i++
  return i
}

function next_line(j) {
  while (j <= lines && (j in done_line)) j++
  return j
}

# Tells of the rows from i and the lines from j up to the nearest pair that fits; told_row and told_line are that pair.
function tell(i, j,    d, a, b, x, y, count) {
  for (d = 1; d <= LOOK; d++) {
    for (a = 0; a <= d; a++) {
      b = d - a
      if (i + a <= rows && j + b <= lines && !((i + a) in done_row) && !((j + b) in done_line) && fits(i + a, actual[j + b])) break
    }
    if (a <= d) break
  }
  if (d > LOOK) {
    a = i <= rows
    b = j <= lines
  }
  x = i + a
  y = j + b
  count = 0
  while (i < x || j < y) {
    if (i < x && j < y && alike(i, actual[j])) {
      say_difference(i, j)
      i = next_row(i + 1)
      j = next_line(j + 1)
    } else if (i < x) {
      print "missing: " shown(i)
      i = next_row(i + 1)
    } else {
      print "line " place[j] ": not expected: " clean(actual[j])
      j = next_line(j + 1)
    }
    count++
  }
  told_row = next_row(i)
  told_line = next_line(j)
  return count
}

function alike(row, text,    k, w, n, parts, all, same) { # whether at least a fifth of the row's words stand in the text
  all = same = 0
  for (k = 1; k <= pieces[row]; k++) {
    if (kind[row, k] != "") continue
    n = split(piece[row, k], parts, " ")
    for (w = 1; w <= n; w++) {
      all++
      if (index(" " text " ", " " parts[w] " ")) same++
    }
  }
  return same * 5 >= all
}

function say_difference(row, line,    text, wanted, found, k, c, begin) {
  text = actual[line]
  fits(row, text)
  wanted = "the end of the line"
  if (failed_piece <= pieces[row]) {
    if (kind[row, failed_piece] != "") wanted = "a value of type " kind[row, failed_piece]
    else {
      k = piece[row, failed_piece]
      for (c = 1; c <= length(k) && substr(k, c, 1) == substr(text, failed_at + c - 1, 1); c++);
      for (begin = c; begin > 1 && substr(k, begin - 1, 1) != " "; begin--);
      failed_at += begin - 1
      wanted = substr(k, begin)
      sub("^ ", "", wanted)
      sub(" .*$", "", wanted)
      wanted = "\"" clean(wanted) "\""
    }
  }
  for (begin = failed_at; begin > 1 && substr(text, begin - 1, 1) != " "; begin--);
  found = substr(text, begin)
  sub(" .*$", "", found)
  found = found == "" ? "the end of the line" : "\"" clean(found) "\""
  print "line " place[line] ": expected " wanted ", found " found ", in \"" clean(text) "\" (expected: " shown(row) ")"
}

function shown(row,    k, out) {
  out = ""
  for (k = 1; k <= pieces[row]; k++) out = out (kind[row, k] == "" ? clean(piece[row, k]) : "<" kind[row, k] ">")
  return out
}

function clean(text) { # nothing that a terminal would act on
  gsub("[\001-\037\177]", "?", text)
  return length(text) > 300 ? substr(text, 1, 300) "..." : text
}

# --- the two files ---

BEGIN {
  forget()
  lines = 0
}

FILENAME == ARGV[1] {
  if (!read_pattern($0)) {
    print "unreadable pattern: " clean($0)
    broken = 1
    exit
  }
  next
}

{ add_line(FNR, $0) }

END {
  if (broken) exit 2
  if (holds()) exit 0
  explain()
  exit 1
}
