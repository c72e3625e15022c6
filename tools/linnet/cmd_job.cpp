// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet job create|list|show|cancel|delete
#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "tools/linnet/api_client.hpp"
#include "tools/linnet/commands.hpp"
#include "tools/linnet/job_document.hpp"
#include "twin/files.hpp"

namespace linnet::cli {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kPoll(200);

struct CreateOptions {
  std::string id;
  std::vector<std::string> things;
  std::string firmware;
  std::string document;
  std::string stream;
  int file_id = 0;
  std::string signing_key;
  std::string description;
  FirmwareJob job;
  std::optional<int> timeout_minutes;
};

struct JobOptions {
  std::string id;
  bool force = false;
  double wait_seconds = 0;
};

std::string JobTarget(const std::string& id) {
  return "/v1/jobs/" + UrlEncode(id);
}

json StreamJob(const CreateOptions& options, const Context& context, const ApiClient& twin) {
  const json stream = twin.Get("/v1/streams/" + UrlEncode(options.stream));
  std::string signature;
  for (const json& file : stream["files"]) {
    if (file["fileId"] == options.file_id && !options.signing_key.empty()) {
      const std::filesystem::path folder = std::filesystem::path(context.twin_dir) / "fw";
      signature = SignatureOver(folder / file["object"].get<std::string>(), options.signing_key);
    }
  }
  return StreamDocument(stream, options.file_id, signature);
}

json Document(const CreateOptions& options, const Context& context, const ApiClient& twin) {
  if (!options.firmware.empty()) {
    return PublishFirmware(options.job, options.firmware, context.twin_dir, twin.description());
  }
  if (!options.stream.empty()) {
    return StreamJob(options, context, twin);
  }
  json document = json::parse(twin::ReadFile(options.document), nullptr, false);
  if (document.is_discarded()) {
    throw Failure(options.document + " is no valid JSON");
  }
  return document;
}

void Create(const CreateOptions& options, const Context& context) {
  const ApiClient twin(context.twin_dir);
  json wish = {{"jobId", options.id},
               {"targets", options.things},
               {"description", options.description},
               {"document", Document(options, context, twin)}};
  if (options.timeout_minutes) {
    wish["inProgressTimeoutInMinutes"] = *options.timeout_minutes;
  }
  static_cast<void>(twin.Post("/v1/jobs", wish));
  context.out.Value(wish);
  context.out.Line("Created the job " + options.id + ":");
  context.out.Line(wish["document"].dump(2));
}

void AddCreate(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("create", "Give things a job: an update, or any document");
  const auto options = std::make_shared<CreateOptions>();
  command->add_option("JOB", options->id, "The job's id: 1 to 64 characters out of a-z A-Z 0-9 _ -")
      ->required();
  command
      ->add_option("--thing", options->things, "A thing that gets it; may be given several times")
      ->required();
  CLI::Option* firmware = command->add_option(
      "--firmware", options->firmware, "A signed image: published, and offered as an update");
  CLI::Option* document =
      command->add_option("--document", options->document, "A file with the job document");
  CLI::Option* stream = command->add_option(
      "--stream", options->stream, "A stream that the update comes from, over MQTT (afr_ota)");
  command->add_option("--file-id", options->file_id, "Which file of the stream (default: 0)")
      ->needs(stream);
  command
      ->add_option("--signing-key", options->signing_key,
                   "Put a signature over the file into the document, as AWS's code signing does")
      ->needs(stream)
      ->check(CLI::ExistingFile);
  firmware->excludes(document)->excludes(stream);
  document->excludes(stream);
  firmware->check(CLI::ExistingFile);
  document->check(CLI::ExistingFile);
  command->add_option("--fwversion", options->job.version,
                      "Version that is ordered; devices refuse a file of another one (default: the "
                      "file's own)");
  command->add_option("--host", options->job.host,
                      "Host for the document (default: the twin's endpoint)");
  command
      ->add_option(
          "--presigned", options->job.presigned_seconds,
          "Offer a link that expires after so many seconds, as S3 does; each fetch renews it")
      ->check(CLI::Range(60, 3600));
  command->add_option("--timeout", options->timeout_minutes,
                      "In-progress timer in minutes (1 to 10080)");
  command->add_option("--description", options->description, "For people");
  command->footer(
      "Examples:\n"
      "  linnet job create fw-2 --thing lamp-1 --firmware device-2.bin\n"
      "  linnet job create fw-2 --thing lamp-1 --firmware device-2.bin --presigned 60 --timeout "
      "30\n"
      "  linnet job create fw-2 --thing lamp-1 --stream fw-2\n"
      "  linnet job create hello --thing lamp-1 --document hello.json");
  command->callback([options, &context] {
    if (options->firmware.empty() && options->document.empty() && options->stream.empty()) {
      throw Failure("a job needs --firmware FILE, --stream NAME or --document FILE");
    }
    Create(*options, context);
  });
}

void PrintJobs(const Context& context, const json& jobs) {
  context.out.Value(jobs);
  std::vector<std::vector<std::string>> rows;
  for (const json& job : jobs) {
    for (const json& execution : job["executions"]) {
      std::string details;
      for (const auto& [key, value] : execution["statusDetails"].items()) {
        details += (details.empty() ? "" : "  ") + key + "=" + value.get<std::string>();
      }
      rows.push_back(
          {job["jobId"], job["status"], execution["thingName"], execution["status"], details});
    }
  }
  context.out.Table({"JOB", "STATE", "THING", "EXECUTION", "DETAILS"}, rows);
}

void AddList(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("list", "List jobs and how far they are");
  command->callback(
      [&context] { PrintJobs(context, ApiClient(context.twin_dir).Get("/v1/jobs")["jobs"]); });
}

// The share that the device reported last, 0 to 100.
std::uint64_t Percent(const json& job) {
  const json& executions = job["executions"];
  const std::string text =
      executions.empty() ? "" : executions[0]["statusDetails"].value("percent", "0");
  std::uint64_t percent = 0;
  std::from_chars(text.data(), text.data() + text.size(), percent);
  return percent;
}

// Until the job is over, or the time is.
json WaitForJob(const ApiClient& twin, const JobOptions& options) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::duration<double>(options.wait_seconds);
  Progress progress(options.id, 100, "%");
  json job = twin.Get(JobTarget(options.id));
  while (job["status"] == "IN_PROGRESS" && std::chrono::steady_clock::now() < deadline) {
    progress.Set(Percent(job));
    std::this_thread::sleep_for(kPoll);
    job = twin.Get(JobTarget(options.id));
  }
  return job;
}

void AddShow(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("show", "Show one job; or wait until it is over");
  const auto options = std::make_shared<JobOptions>();
  command->add_option("JOB", options->id, "The job's id")->required();
  command->add_option("--wait", options->wait_seconds,
                      "Wait up to so many seconds until the job is over");
  command->footer("Example:\n  linnet job show fw-2 --wait 120 --json");
  command->callback([options, &context] {
    const json job = WaitForJob(ApiClient(context.twin_dir), *options);
    context.out.Value(job);
    context.out.Line(job.dump(2));
    if (options->wait_seconds > 0 && job["status"] == "IN_PROGRESS") {
      throw Failure("the job " + options->id + " is not over yet");
    }
  });
}

void AddCancel(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("cancel", "Cancel a job where it is still queued");
  const auto options = std::make_shared<JobOptions>();
  command->add_option("JOB", options->id, "The job's id")->required();
  command->add_flag("--force", options->force, "Also where it is in progress");
  command->callback([options, &context] {
    const std::string target =
        JobTarget(options->id) + "/cancel?force=" + (options->force ? "true" : "false");
    static_cast<void>(ApiClient(context.twin_dir).Post(target, json::object()));
    context.out.Line("Cancelled " + options->id + ".");
    context.out.Value({{"jobId", options->id}, {"cancelled", true}});
  });
}

void AddDelete(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("delete", "Forget a job that is over");
  const auto options = std::make_shared<JobOptions>();
  command->add_option("JOB", options->id, "The job's id")->required();
  command->add_flag("--force", options->force, "Also one that is not over");
  command->callback([options, &context] {
    const std::string target =
        JobTarget(options->id) + "?force=" + (options->force ? "true" : "false");
    static_cast<void>(ApiClient(context.twin_dir).Delete(target));
    context.out.Line("Deleted " + options->id + ".");
    context.out.Value({{"jobId", options->id}, {"deleted", true}});
  });
}

}  // namespace

void AddJobCommands(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("job", "Create and follow jobs, updates among them");
  group->require_subcommand(1);
  AddCreate(*group, context);
  AddList(*group, context);
  AddShow(*group, context);
  AddCancel(*group, context);
  AddDelete(*group, context);
}

}  // namespace linnet::cli
