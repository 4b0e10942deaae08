#include "backend/secret_file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace backend {
namespace {

constexpr std::size_t longest_secret = 4096;

secret_reading wrong(std::string why) {
    return {.secret = {}, .problem = std::move(why)};
}

}  // namespace

secret_reading read_secret(const std::string& path) {
    struct stat facts{};
    std::ifstream file(path, std::ios::binary);
    if (!file || ::stat(path.c_str(), &facts) != 0)
        return wrong("cannot read " + path + ": " + std::strerror(errno));
    if (!S_ISREG(facts.st_mode)) return wrong(path + " is no file");
    std::string text(longest_secret + 2, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    if (text.empty()) return wrong(path + " is empty: a secret must not be");
    if (text.size() > longest_secret) return wrong(path + " is longer than 4096 bytes");
    return {.secret = std::move(text), .problem = {}, .exposed = (facts.st_mode & S_IROTH) != 0};
}

}  // namespace backend
