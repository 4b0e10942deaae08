// S3-FIFO (J. Yang, Y. Zhang, Z. Qiu, Y. Yue, K. V. Rashmi, "FIFO queues are all you need for cache
// eviction", SOSP 2023), with the paper's parameters. Approximate: what is remembered (ghosts.hpp).
// The paper counts entries, this bytes.
#pragma once

#include "backend/store/queue_pair.hpp"

namespace backend {

inline constexpr queue_rules s3_fifo_rules{.small_parts = 10,
                                           .uses_to_stay = 2,
                                           .uses_are_kept = false,
                                           .remembered_enter_main = true,
                                           .main_remembered = false,
                                           .filled_first = false,
                                           .patience = 0};

class s3_fifo_policy final : public queue_pair_policy {
  public:
    s3_fifo_policy() noexcept : queue_pair_policy(s3_fifo_rules) {}
};

}  // namespace backend
