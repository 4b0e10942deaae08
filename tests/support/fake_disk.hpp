// A disk in memory for tests of the log: it fails where it is told to, and after a crash has what
// was synced, and by chance some of what was not.
//
//   names:    changes since the last `sync_directory` survive up to some point, in their order
//   bytes:    what was synced survives, and of the rest some beginning
//   a sync that failed: what it should have synced will never survive, whatever is synced later
//
// One thread.
#pragma once

#include "backend/persist/file_system.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <random>

namespace backend_test {

class fake_disk final : public backend::file_system {
  public:
    /// What the operation of that number (from 0 on) fails with; no error: it succeeds.
    std::function<backend::disk_error(std::uint64_t)> fault = [](std::uint64_t) {
        return backend::disk_error();
    };
    /// What the sync by name, of a file that nobody writes, fails with.
    std::function<backend::disk_error(const std::string&)> on_sync = [](const std::string&) {
        return backend::disk_error();
    };
    std::uint64_t operations = 0;

    /// The machine has lost its power: what has survived is there now.
    void crash(std::mt19937& chance) {
        auto survivors = durable_;
        const auto survived = below(pending_.size() + 1, chance);
        for (std::size_t i = 0; i < survived; ++i) pending_[i](survivors);
        for (auto& [name, file] : survivors) {
            const auto rest = file->poisoned ? 0 : file->bytes.size() - file->synced;
            auto kept = std::make_shared<content>();
            kept->bytes = file->bytes.substr(0, file->synced + below(rest + 1, chance));
            kept->synced = kept->bytes.size();
            file = kept;
        }
        live_ = durable_ = std::move(survivors);
        pending_.clear();
    }

    /// Another, empty disk is in its place.
    void wipe() {
        live_.clear();
        durable_.clear();
        pending_.clear();
    }

    std::string& bytes_of(const std::string& name) { return live_.at(name)->bytes; }
    bool has(const std::string& name) const { return live_.contains(name); }

    backend::disk_error claim() override { return next(); }

    shared::result<std::unique_ptr<backend::append_file>> create(const std::string& name) override {
        if (const auto problem = next()) return problem;
        auto made = std::make_shared<content>();
        change([name, made](names& all) { all[name] = made; });
        return std::make_unique<writer>(*this, made);
    }

    shared::result<std::unique_ptr<backend::stored_file>> open(const std::string& name) override {
        if (const auto problem = next()) return problem;
        const auto found = live_.find(name);
        if (found == live_.end())
            return make_error_code(boost::system::errc::no_such_file_or_directory);
        return std::make_unique<reader>(*this, found->second);
    }

    backend::disk_error sync(const std::string& name) override {
        if (const auto problem = on_sync(name)) return problem;
        return sync(*live_.at(name));
    }

    backend::disk_error rename(const std::string& from, const std::string& to) override {
        if (const auto problem = next()) return problem;
        change([from, to](names& all) {
            const auto found = all.find(from);
            if (found == all.end()) return;
            all[to] = found->second;
            all.erase(from);
        });
        return {};
    }

    backend::disk_error remove(const std::string& name) override {
        if (const auto problem = next()) return problem;
        change([name](names& all) { all.erase(name); });
        return {};
    }

    shared::result<std::vector<std::string>> list() override {
        if (const auto problem = next()) return problem;
        std::vector<std::string> found;
        for (const auto& [name, file] : live_) found.push_back(name);
        return found;
    }

    backend::disk_error sync_directory() override {
        if (const auto problem = next()) return problem;
        durable_ = live_;
        pending_.clear();
        return {};
    }

  private:
    struct content {
        std::string bytes;
        std::size_t synced = 0;
        bool poisoned = false;
    };
    using names = std::map<std::string, std::shared_ptr<content>>;

    class writer final : public backend::append_file {
      public:
        writer(fake_disk& disk, std::shared_ptr<content> file)
            : disk_(disk), file_(std::move(file)) {}

        backend::disk_error append(std::string_view bytes) override {
            const auto problem = disk_.next();
            file_->bytes += problem ? bytes.substr(0, bytes.size() / 2) : bytes;
            return problem;
        }
        backend::disk_error sync() override { return disk_.sync(*file_); }

      private:
        fake_disk& disk_;
        std::shared_ptr<content> file_;
    };

    class reader final : public backend::stored_file {
      public:
        reader(fake_disk& disk, std::shared_ptr<content> file)
            : disk_(disk), file_(std::move(file)) {}
        std::uint64_t size() const override { return file_->bytes.size(); }
        backend::disk_error read(std::uint64_t offset, std::span<char> room) override {
            if (const auto problem = disk_.next()) return problem;
            std::memcpy(room.data(), file_->bytes.data() + offset, room.size());
            return {};
        }

      private:
        fake_disk& disk_;
        std::shared_ptr<content> file_;
    };

    backend::disk_error next() { return fault(operations++); }

    backend::disk_error sync(content& file) {
        const auto problem = next();
        if (problem) {
            file.poisoned = true;
        } else if (!file.poisoned) {
            file.synced = file.bytes.size();
        }
        return problem;
    }

    void change(std::function<void(names&)> what) {
        what(live_);
        pending_.push_back(std::move(what));
    }

    static std::size_t below(std::size_t bound, std::mt19937& chance) {
        return std::uniform_int_distribution<std::size_t>(0, bound - 1)(chance);
    }

    names live_;
    names durable_;
    std::vector<std::function<void(names&)>> pending_;
};

}  // namespace backend_test
