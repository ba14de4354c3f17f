#pragma once
#include "routes/json-request.hpp"

// One function for each row of docs/reference/agent-protocol.md.
namespace forkd {

void getHealth(Agent&, Exchange&, const std::string&, const Json&);
void postFork(Agent&, Exchange&, const std::string&, const Json&);
void postClock(Agent&, Exchange&, const std::string&, const Json&);
void postNetwork(Agent&, Exchange&, const std::string&, const Json&);
void getProcesses(Agent&, Exchange&, const std::string&, const Json&);
void getOutput(Agent&, Exchange&, const std::string& pid, const Json&);
void postSignal(Agent&, Exchange&, const std::string& pid, const Json&);
void postResize(Agent&, Exchange&, const std::string& pid, const Json&);
void getFile(Agent&, Exchange&, const std::string&, const Json&);
void getFileInfo(Agent&, Exchange&, const std::string&, const Json&);
void getFileList(Agent&, Exchange&, const std::string&, const Json&);
void postDirectory(Agent&, Exchange&, const std::string&, const Json&);
void postFileMove(Agent&, Exchange&, const std::string&, const Json&);
void postFileAttributes(Agent&, Exchange&, const std::string&, const Json&);
void postInterpreterStart(Agent&, Exchange&, const std::string& interpreter, const Json&);
void postInterpreterRestart(Agent&, Exchange&, const std::string& interpreter, const Json&);
void getContexts(Agent&, Exchange&, const std::string&, const Json&);
void postContextInterrupt(Agent&, Exchange&, const std::string& context, const Json&);
void deleteContext(Agent&, Exchange&, const std::string& context, const Json&);
void getMetrics(Agent&, Exchange&, const std::string&, const Json&);
void getTasks(Agent&, Exchange&, const std::string&, const Json&);
void getPorts(Agent&, Exchange&, const std::string&, const Json&);
void postSync(Agent&, Exchange&, const std::string&, const Json&);
void postPowerOff(Agent&, Exchange&, const std::string&, const Json&);

std::unique_ptr<RequestHandler> openExec(Agent&, const std::shared_ptr<Exchange>&, const std::string&);
std::unique_ptr<RequestHandler> openExit(Agent&, const std::shared_ptr<Exchange>&, const std::string& pid);
std::unique_ptr<RequestHandler> openStdin(Agent&, const std::shared_ptr<Exchange>&, const std::string& pid);
std::unique_ptr<RequestHandler> openStdinPart(Agent&, const std::shared_ptr<Exchange>&, const std::string& pid);
std::unique_ptr<RequestHandler> openUpload(Agent&, const std::shared_ptr<Exchange>&, const std::string&);
std::unique_ptr<RequestHandler> openPartialUpload(Agent&, const std::shared_ptr<Exchange>&, const std::string&);
std::unique_ptr<RequestHandler> openUploadWithMetadata(Agent&, const std::shared_ptr<Exchange>&, const std::string&);
std::unique_ptr<RequestHandler> openContext(Agent&, const std::shared_ptr<Exchange>&, const std::string&);
std::unique_ptr<RequestHandler> openFileRemoval(Agent&, const std::shared_ptr<Exchange>&, const std::string&);
std::unique_ptr<RequestHandler> openFileWatch(Agent&, const std::shared_ptr<Exchange>&, const std::string&);
std::unique_ptr<RequestHandler> openPortWait(Agent&, const std::shared_ptr<Exchange>&, const std::string& port);
std::unique_ptr<RequestHandler> openTunnel(Agent&, const std::shared_ptr<Exchange>&, const std::string&);
std::unique_ptr<RequestHandler> openEval(Agent&, const std::shared_ptr<Exchange>&, const std::string& interpreter);
std::unique_ptr<RequestHandler> openStreamedEval(Agent&, const std::shared_ptr<Exchange>&, const std::string& context);

/** An interpreter by its name; answers itself when there is none. */
Interpreter* findInterpreter(Agent& agent, Exchange& exchange, const std::string& name);
/** The process of a path's parameter; answers itself when there is none. */
std::shared_ptr<Process> findProcess(Agent& agent, Exchange& exchange, const std::string& pid);

}  // namespace forkd
