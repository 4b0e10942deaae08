// What a worker does every 100 ms: it sets the time that requests without a clock of their own are
// stamped with, gives back the buffers of idle clients and closes those whose time is over. Owned
// by the app, touched by the worker's thread alone.
#pragma once

#include "backend/server/services.hpp"

#include <boost/asio/steady_timer.hpp>

namespace backend {

class chores {
  public:
    explicit chores(services& with);

    void start();

  private:
    void run();

    services& with_;
    boost::asio::steady_timer timer_;
};

}  // namespace backend
