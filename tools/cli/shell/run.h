#pragma once

#include "absl/status/statusor.h"

#include "tools/cli/framework/arguments.h"
#include "tools/cli/framework/exit_code.h"

namespace satchel {

// One function per command, the large ones each in their own file. A returned error has not been
// printed yet: the caller prints it, in the format that the arguments request.
absl::StatusOr<ExitCode> RunSolve(const Arguments& arguments);
absl::StatusOr<ExitCode> RunExplain(const Arguments& arguments);
absl::StatusOr<ExitCode> RunWhy(const Arguments& arguments);
absl::StatusOr<ExitCode> RunWhyNot(const Arguments& arguments);
absl::StatusOr<ExitCode> RunCreate(const Arguments& arguments);
absl::StatusOr<ExitCode> RunInstall(const Arguments& arguments);
absl::StatusOr<ExitCode> RunUpdate(const Arguments& arguments);
absl::StatusOr<ExitCode> RunRemove(const Arguments& arguments);
absl::StatusOr<ExitCode> RunLock(const Arguments& arguments);
absl::StatusOr<ExitCode> RunBatch(const Arguments& arguments);
absl::StatusOr<ExitCode> RunAudit(const Arguments& arguments);
absl::StatusOr<ExitCode> RunImpact(const Arguments& arguments);
absl::StatusOr<ExitCode> RunVerify(const Arguments& arguments);
absl::StatusOr<ExitCode> RunConfig(const Arguments& arguments);
absl::StatusOr<ExitCode> RunSearch(const Arguments& arguments);
absl::StatusOr<ExitCode> RunRepoqueryDepends(const Arguments& arguments);
absl::StatusOr<ExitCode> RunRepoqueryWhoneeds(const Arguments& arguments);
absl::StatusOr<ExitCode> RunInfo(const Arguments& arguments);
absl::StatusOr<ExitCode> RunIndex(const Arguments& arguments);
absl::StatusOr<ExitCode> RunClean(const Arguments& arguments);
absl::StatusOr<ExitCode> RunCorpusGenerate(const Arguments& arguments);
absl::StatusOr<ExitCode> RunHook(const Arguments& arguments);
absl::StatusOr<ExitCode> RunActivate(const Arguments& arguments);
absl::StatusOr<ExitCode> RunDeactivate(const Arguments& arguments);
absl::StatusOr<ExitCode> RunReactivate(const Arguments& arguments);
absl::StatusOr<ExitCode> RunRun(const Arguments& arguments);
absl::StatusOr<ExitCode> RunShell(const Arguments& arguments);
absl::StatusOr<ExitCode> RunInit(const Arguments& arguments);
absl::StatusOr<ExitCode> RunList(const Arguments& arguments);
absl::StatusOr<ExitCode> RunHistory(const Arguments& arguments);
absl::StatusOr<ExitCode> RunExport(const Arguments& arguments);
absl::StatusOr<ExitCode> RunRevision(const Arguments& arguments);  // install --revision
absl::StatusOr<ExitCode> RunRename(const Arguments& arguments);
absl::StatusOr<ExitCode> RunEnvCreate(const Arguments& arguments);
absl::StatusOr<ExitCode> RunEnvUpdate(const Arguments& arguments);
absl::StatusOr<ExitCode> RunEnvRemove(const Arguments& arguments);
absl::StatusOr<ExitCode> RunVariablesList(const Arguments& arguments);
absl::StatusOr<ExitCode> RunVariablesSet(const Arguments& arguments);
absl::StatusOr<ExitCode> RunVariablesUnset(const Arguments& arguments);
absl::StatusOr<ExitCode> RunEnvList(const Arguments& arguments);
absl::StatusOr<ExitCode> RunCompare(const Arguments& arguments);
absl::StatusOr<ExitCode> RunDoctor(const Arguments& arguments);
absl::StatusOr<ExitCode> RunCompletion(const Arguments& arguments);
absl::StatusOr<ExitCode> RunCommands(const Arguments& arguments);
absl::StatusOr<ExitCode> RunNotices(const Arguments& arguments);
absl::StatusOr<ExitCode> RunManual(const Arguments& arguments);
absl::StatusOr<ExitCode> RunProgram(const Arguments& arguments);  // Without a command.
absl::StatusOr<ExitCode> RunCorpusList(const Arguments& arguments);
absl::StatusOr<ExitCode> RunCorpusVerify(const Arguments& arguments);
absl::StatusOr<ExitCode> RunCorpusFetch(const Arguments& arguments);
absl::StatusOr<ExitCode> RunCorpusImport(const Arguments& arguments);
absl::StatusOr<ExitCode> RunCorpusSlice(const Arguments& arguments);
absl::StatusOr<ExitCode> RunCorpusMinimise(const Arguments& arguments);
absl::StatusOr<ExitCode> RunBenchRun(const Arguments& arguments);
absl::StatusOr<ExitCode> RunBenchReport(const Arguments& arguments);
absl::StatusOr<ExitCode> RunBenchCompare(const Arguments& arguments);
absl::StatusOr<ExitCode> RunBenchMerge(const Arguments& arguments);
absl::StatusOr<ExitCode> RunBenchAdapter(const Arguments& arguments);

}  // namespace satchel
