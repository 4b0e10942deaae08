#include "backend/app.hpp"
#include "backend/config.hpp"
#include "shared/log/log.hpp"
#include "shared/net/program.hpp"

int main(int argc, char** argv) {
    return shared::run_program(argc, argv, backend::program(), backend::load_config,
                               backend::describe, [](const backend::config& settings) {
                                   shared::set_up_log("ringway-backend", settings.log_level);
                                   backend::app(settings).run();
                               });
}
