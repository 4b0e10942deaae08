#include "backend/persist/file_system.hpp"

namespace backend {

shared::result<std::string> read_all(file_system& files, const std::string& name,
                                     std::uint64_t most) {
    const auto file = files.open(name);
    if (!file) return file.error();
    const auto size = (*file)->size();
    if (size > most) return make_error_code(boost::system::errc::file_too_large);
    std::string text(static_cast<std::size_t>(size), '\0');
    if (const auto problem = (*file)->read(0, text)) return problem;
    return text;
}

}  // namespace backend
