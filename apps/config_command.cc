// SPDX-License-Identifier: Apache-2.0
#include <cerrno>

#include "commands.h"
#include "configuration_check.h"
#include "console.h"
#include <fcntl.h>
#include <fmt/format.h>

#include "beamport/base/bytes.h"
#include "beamport/base/json.h"
#include "beamport/os/file.h"

namespace beamport::app {

Result<void> run_config_init(const ConfigOptions& options) {
  // It may come to hold secrets, so it is nobody else's from the beginning.
  const int descriptor = ::open(options.file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return os::system_error(errno, "create", options.file);
  os::File file = os::File::adopt(descriptor, options.file);
  BEAMPORT_TRY(file.write_all(0, as_byte_view(configuration_template())));
  BEAMPORT_TRY(file.sync());
  print_out("{}: every setting with its default; edit it, then run: beamport config check {}\n", options.file,
            options.file);
  return {};
}

Result<void> run_config_check(const ConfigOptions& options) {
  BEAMPORT_ASSIGN(const CheckedConfiguration checked, check_configuration(options.file, process_environment()));
  for (const ConfigurationProblem& problem : checked.problems) {
    if (options.json) {
      print_out("{}\n", write_json({{"event", "problem"},
                                    {"file", options.file},
                                    {"line", problem.place.line},
                                    {"column", problem.place.column},
                                    {"message", problem.message},
                                    {"may_pass", problem.may_pass}}));
    } else {
      print_out("{}{}\n", text_of(options.file, problem), problem.may_pass ? " (now)" : "");
    }
  }
  const std::size_t count = checked.problems.size();
  if (count > 0) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: {} problem{}", options.file, count, count == 1 ? "" : "s"));
  }
  if (options.json) {
    print_out("{}\n", write_json({{"event", "checked"}, {"file", options.file}}));
  } else {
    print_out("{}: nothing is wrong\n", options.file);
  }
  return {};
}

}  // namespace beamport::app
