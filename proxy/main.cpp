#include "proxy/app.hpp"
#include "proxy/config.hpp"
#include "shared/log/log.hpp"
#include "shared/net/program.hpp"

int main(int argc, char** argv) {
    return shared::run_program(argc, argv, proxy::program(), proxy::load_config, proxy::describe,
                               [](const proxy::config& settings) {
                                   shared::set_up_log("ringway-proxy", settings.log_level);
                                   proxy::app(settings).run();
                               });
}
