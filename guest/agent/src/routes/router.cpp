#include "routes/router.hpp"

#include <array>

#include "routes/routes.hpp"

namespace forkd {

namespace {
using Opener = std::unique_ptr<RequestHandler> (*)(Agent&, const std::shared_ptr<Exchange>&, const std::string&);

struct Route {
  std::string_view method;
  /** One segment may be "*": the parameter. */
  std::string_view path;
  Opener open;
};

constexpr auto kRoutes = std::to_array<Route>({
    {"GET", "/health", openFunction<getHealth>},
    {"POST", "/fork", openFunction<postFork>},
    {"POST", "/clock", openFunction<postClock>},
    {"POST", "/network", openFunction<postNetwork>},
    {"POST", "/exec", openExec},
    {"GET", "/processes", openFunction<getProcesses>},
    {"GET", "/processes/*/output", openFunction<getOutput>},
    {"GET", "/processes/*/exit", openExit},
    {"POST", "/processes/*/stdin", openStdin},
    {"POST", "/processes/*/stdin/part", openStdinPart},
    {"POST", "/processes/*/signal", openFunction<postSignal>},
    {"POST", "/processes/*/resize", openFunction<postResize>},
    {"GET", "/files", openFunction<getFile>},
    {"PUT", "/files", openUpload},
    {"PUT", "/files/part", openPartialUpload},
    {"PUT", "/files/with-metadata", openUploadWithMetadata},
    {"GET", "/files/info", openFunction<getFileInfo>},
    {"GET", "/files/list", openFunction<getFileList>},
    {"GET", "/files/watch", openFileWatch},
    {"POST", "/files/directory", openFunction<postDirectory>},
    {"POST", "/files/move", openFunction<postFileMove>},
    {"POST", "/files/attributes", openFunction<postFileAttributes>},
    {"POST", "/files/remove", openFileRemoval},
    {"POST", "/kernels/*/eval", openEval},
    {"POST", "/kernels/*/start", openFunction<postInterpreterStart>},
    {"POST", "/kernels/*/restart", openFunction<postInterpreterRestart>},
    {"GET", "/contexts", openFunction<getContexts>},
    {"POST", "/contexts", openContext},
    {"POST", "/contexts/*/eval", openStreamedEval},
    {"POST", "/contexts/*/restart", openFunction<postInterpreterRestart>},
    {"POST", "/contexts/*/interrupt", openFunction<postContextInterrupt>},
    {"DELETE", "/contexts/*", openFunction<deleteContext>},
    {"GET", "/metrics", openFunction<getMetrics>},
    {"GET", "/tasks", openFunction<getTasks>},
    {"GET", "/ports", openFunction<getPorts>},
    {"POST", "/ports/*/wait", openPortWait},
    {"CONNECT", "", openTunnel},
    {"POST", "/sync", openFunction<postSync>},
    {"POST", "/power-off", openFunction<postPowerOff>},
});

bool matches(std::string_view pattern, std::string_view path, std::string& parameter) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == path;
  const std::string_view before = pattern.substr(0, star);
  const std::string_view after = pattern.substr(star + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) return false;
  const std::string_view middle = path.substr(star, path.size() - before.size() - after.size());
  if (middle.find('/') != std::string_view::npos) return false;
  parameter = middle;
  return true;
}
}  // namespace

std::unique_ptr<RequestHandler> Router::open(const std::shared_ptr<Exchange>& exchange) {
  std::string parameter;
  for (const Route& route : kRoutes) {
    if (route.method != exchange->method() || !matches(route.path, exchange->path(), parameter)) continue;
    return route.open(agent_, exchange, parameter);
  }
  exchange->fail({ErrorCode::notFound, "there is no " + exchange->method() + " " + exchange->path()});
  return nullptr;
}

}  // namespace forkd
