// The words of an inline line, by the quoting rules of Redis (sds.c, sdssplitargs): blanks
// separate; "…" knows \n \r \t \b \a \xHH and \ before any other byte; '…' knows \' alone; a
// closing quote must be followed by a blank or the end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shared {

/// Appends the words of `line` to `words`; words with quotes are built in `unquoted`, the others
/// point into `line`. False for an unbalanced quote. Requires: `words` and `unquoted` are empty.
bool split_inline(std::string_view line, std::vector<std::string_view>& words,
                  std::vector<std::string>& unquoted);

}  // namespace shared
