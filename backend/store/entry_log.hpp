// The memory of a shard's entries: lists of segments that are written at their ends and emptied at
// their beginnings. What dies in between leaves a gap, until compaction slides together what lives
// around it. Owned by the shard, under its lock. (Log-structured memory: S. M. Rumble, A. Kejriwal,
// J. Ousterhout, "Log-structured memory for DRAM-based storage", FAST 2014. A list in the order of
// writing is a FIFO queue at no cost: J. Yang, Y. Yue, R. Vinayak, "Segcache", NSDI 2021.)
//
//   list 0   ┌─────────────────────┐  ┌─────────────────────┐  ┌─────────────────────┐
//   oldest ▶ │░░░░░░░│ a │ b │▒│ c │─▶│ d │▒▒▒│ e │ f │ g │ │─▶│ h │ i │             │ ◀ newest
//            └─────────────────────┘  └─────────────────────┘  └─────────────────────┘
//             ░ dead, given back       ▒ dead: a gap                  never touched yet
//
// Segments are mapped from the kernel, so what has not been touched, or has been given back, takes
// no memory. What is too long for a segment gets one of its own, and what comes after it still goes
// where there is room: of a large one and its small neighbours the order is not kept. A segment
// without anything alive is freed at once, and each begins with something alive.
//
// An entry_ref is 20 bits of segment and 20 of offset.
#pragma once

#include "backend/store/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace backend {

class entry_log {
  public:
    static constexpr unsigned lists = 3;
    static constexpr std::uint64_t empty = UINT64_MAX;
    static constexpr std::size_t largest_segment = 1UL << 20U;
    static constexpr std::size_t smallest_segment = 1UL << 16U;

    /// Tells that an entry has moved: `from` is good no more, `to` has its bytes.
    using on_moved = std::function<void(entry_ref from, entry_ref to)>;

    entry_log() = default;
    ~entry_log();
    entry_log(const entry_log&) = delete;
    entry_log& operator=(const entry_log&) = delete;

    /// The segment for a log of that many bytes: one of 16 of them, a power of two. (The rest of a
    /// segment into which the next entry does not fit is lost: small segments would lose more.)
    static std::size_t segment_size_for(std::uint64_t memory) noexcept;

    /// Bytes of memory that an entry of `size` bytes takes at most, be it alone.
    static std::size_t cost(std::size_t size) noexcept;

    /// Of segments that are made from now on. Requires: as `segment_size_for` tells.
    void set_segment_size(std::size_t bytes) noexcept { segment_size_ = bytes; }

    /// Room for an entry at the end of the list, for the caller to write it at once; `no_entry` if
    /// there is no memory. `stamp` grows with every call for the list.
    entry_ref append(unsigned list, std::size_t size, std::uint64_t stamp) noexcept;

    entry at(entry_ref which) const noexcept {
        return entry(segments_[which >> offset_bits].memory + (which & offset_mask));
    }
    unsigned list_of(entry_ref which) const noexcept {
        return segments_[which >> offset_bits].list;
    }

    /// The entry dies. Requires: it is alive.
    void kill(entry_ref which) noexcept;

    /// The same for the last `size` bytes of the entry, which is made shorter by as much.
    void cut(entry_ref which, std::size_t size) noexcept;

    /// Moves the entry to the end of the list; where it is now, or `which` if there is no memory.
    entry_ref move(entry_ref which, unsigned list, std::uint64_t stamp) noexcept;

    /// The first of the list; `no_entry` if it is empty.
    entry_ref oldest(unsigned list) const noexcept;

    /// The stamp of the first of the list, estimated from those of its segment's ends; `empty` if
    /// there is none.
    std::uint64_t rank(unsigned list) const noexcept;

    /// Slides together what lives in the segment that has most gaps, looking at about `budget`
    /// bytes; it goes on there with the next call.
    void compact(std::size_t budget, const on_moved& moved);

    /// Memory that the segments take.
    std::uint64_t bytes() const noexcept { return bytes_; }
    /// Of it, gaps that compaction would give back.
    std::uint64_t dead() const noexcept { return dead_; }

  private:
    static constexpr unsigned offset_bits = 20;
    static constexpr entry_ref offset_mask = (1UL << offset_bits) - 1;
    static constexpr std::uint32_t none = UINT32_MAX;

    struct segment {
        char* memory = nullptr;
        std::size_t capacity = 0;
        std::size_t begin = 0;     // of the first that is alive
        std::size_t end = 0;       // of what has been written
        std::size_t last = 0;      // where the last that has been written begins
        std::size_t live = 0;      // bytes alive
        std::size_t released = 0;  // given back, from 0 on
        std::size_t touched = 0;   // bytes from 0 on that may take memory
        std::uint64_t first_stamp = 0;
        std::uint64_t last_stamp = 0;
        std::uint32_t older = none;  // neighbours in the list
        std::uint32_t newer = none;  // or the next free one
        std::uint8_t list = 0;
        bool own = false;  // of a single entry

        std::size_t dead() const noexcept { return own ? 0 : end - begin - live; }
        std::size_t bytes() const noexcept;
    };

    struct list_ends {
        std::uint32_t oldest = none;
        std::uint32_t newest = none;
        std::uint32_t open = none;  // where there may be room
    };

    struct compaction {
        std::uint32_t segment = none;
        std::size_t read = 0;   // up to here it has been looked at
        std::size_t write = 0;  // and up to here there is no gap
        std::size_t last = 0;   // where the last that is alive begins
    };

    std::uint32_t make_segment(unsigned list, std::size_t capacity, bool own) noexcept;
    std::uint32_t take_number() noexcept;
    void free_segment(std::uint32_t which) noexcept;
    void link(std::uint32_t which) noexcept;
    void unlink(std::uint32_t which) noexcept;
    void advance(segment& at) noexcept;
    void release_front(segment& at) noexcept;
    void release_end(segment& at) noexcept;
    bool begin_compaction() noexcept;

    std::vector<segment> segments_;
    std::uint32_t free_ = none;
    list_ends lists_[lists];
    compaction compaction_;
    std::size_t segment_size_ = largest_segment;
    std::uint64_t bytes_ = 0;
    std::uint64_t dead_ = 0;
};

}  // namespace backend
