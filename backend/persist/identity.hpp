// Who a node is, whatever it is called: an id of 128 random bits, drawn at the first start and kept
// in the directory of the log, and the id of the partner that it was first linked with. Pure, but
// for identity_file.
//
//   ringway-identity 1
//   node 3f0e6c0a55b7411e8b0e7d2f9f4f1c6a 5d10a3c2           id, checksum of what is before it
//   partner 91c4d0e2a7b84c1f9d63b5a1e0f2c488 a2 0e7733f1     id, name, checksum; there may be none
//
// Each line has a checksum of its own, so that an administrator can take the last one away.
#pragma once

#include "backend/persist/file_system.hpp"
#include "backend/persist/manifest.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace backend {

inline constexpr std::string_view identity_name = "identity";
inline constexpr std::size_t identity_bytes = 16;

/// The id of a node that has no directory to keep one in.
inline constexpr std::string_view passing_id = "-";

struct paired_node {
    std::string id;
    std::string name;

    friend bool operator==(const paired_node&, const paired_node&) = default;
};

struct node_identity {
    std::string id{passing_id};
    std::optional<paired_node> partner;

    /// It will be the same after a restart.
    bool lasting() const noexcept { return id != passing_id; }

    friend bool operator==(const node_identity&, const node_identity&) = default;
};

/// Whether it is an id that lasts, or the word for one that does not.
bool is_node_id(std::string_view text) noexcept;

/// Requires: the identity is lasting, as is the partner's; its name has no blank or line end.
std::string write_identity(const node_identity& what);
described<node_identity> read_identity(std::string_view text);

/// The file. One thread at a time.
class identity_file {
  public:
    /// Requires: `files` is claimed and outlives this.
    explicit identity_file(file_system& files) : files_(files) {}

    /// What the file says; if there is none, one is made with the id `drawn`. An error is a
    /// sentence for people. On a full disk the identity is one that passes.
    described<node_identity> open(const std::string& drawn);

    /// Replaces the file: written, synced, renamed, directory synced. After an error either may be
    /// there.
    disk_error keep(const node_identity& what);

  private:
    file_system& files_;
};

}  // namespace backend
