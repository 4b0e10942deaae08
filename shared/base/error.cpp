#include "shared/base/error.hpp"

#include <string>

namespace shared {
namespace {

class category final : public boost::system::error_category {
  public:
    const char* name() const noexcept override { return "ringway"; }

    std::string message(int code) const override {
        switch (static_cast<errc>(code)) {
            case errc::invalid_size:
                return "not a size (such as 512kb, 64mb, 1gb)";
            case errc::invalid_duration:
                return "not a duration (such as 250ms, 5s, 1h)";
            case errc::invalid_address:
                return "not an address (such as 127.0.0.1:7379)";
            case errc::record_incomplete:
                return "the record ends early";
            case errc::record_corrupt:
                return "the record is corrupt";
        }
        return "unknown error";
    }
};

}  // namespace

const boost::system::error_category& ringway_category() noexcept {
    static const category instance;
    return instance;
}

boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), ringway_category()};
}

}  // namespace shared
