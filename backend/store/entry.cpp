#include "backend/store/entry.hpp"

#include "backend/store/allocation.hpp"

#include <cstring>
#include <new>

namespace backend {

entry* entry::allocate(std::uint32_t hash, std::string_view key, std::size_t size) noexcept {
    // All that its cost pays for, as `overwrite` may use it up.
    const std::size_t capacity = allocation_capacity(sizeof(entry) + key.size() + size);
    void* const place = ::operator new(capacity, std::nothrow);
    if (place == nullptr) return nullptr;
    auto* const made = new (place) entry;
    made->hash = hash;
    made->key_size_ = static_cast<std::uint32_t>(key.size());
    if (!key.empty()) std::memcpy(made->text(), key.data(), key.size());
    return made;
}

entry* entry::make(std::uint32_t hash, std::string_view key, std::string_view value) noexcept {
    entry* const made = allocate(hash, key, value.size());
    if (made != nullptr) made->overwrite(value);
    return made;
}

entry* entry::make_tombstone(std::uint32_t hash, std::string_view key) noexcept {
    entry* const made = allocate(hash, key, 0);
    if (made != nullptr) made->value_size_ = no_value;
    return made;
}

void entry::destroy(entry* which) noexcept {
    ::operator delete(which);
}

std::size_t entry::cost(std::size_t key_size, std::size_t value_size) noexcept {
    return allocation_cost(sizeof(entry) + key_size + value_size);
}

void entry::overwrite(std::string_view value) noexcept {
    if (!value.empty()) std::memmove(text() + key_size_, value.data(), value.size());
    value_size_ = static_cast<std::uint32_t>(value.size());
}

}  // namespace backend
