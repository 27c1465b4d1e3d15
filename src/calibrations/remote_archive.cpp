// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// Calibrations from Gemini's archive (spec "calibrations" 10). Reference: recipe_system/cal_service
// /remotedb.py and transport_request.py; failures of one file do not spoil the others here.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/errors.h"
#include "base/text.h"
#include "calibrations/archive.h"
#include "calibrations/archive_exchange.h"
#include "calibrations/download_cache.h"
#include "calibrations/http.h"

namespace wyvern::calibrations {
namespace {

namespace fs = std::filesystem;

constexpr long kUnauthorized = 401, kForbidden = 403, kNotFound = 404;

bool is_md5(const std::string& text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool is_fits_name(const std::string& name) {
  constexpr std::array endings = {".fits", ".fits.bz2", ".fits.gz", ".fits.fz"};
  return std::any_of(endings.begin(), endings.end(),
                     [&](const char* ending) { return name.ends_with(ending); });
}

bool is_page(const HttpReply& reply) {
  return to_lower(reply.content_type).starts_with("text/html");
}

// What a reply that is no success means.
std::string meaning_of(const HttpReply& reply) {
  if (!reply.error.empty()) return reply.error;
  switch (reply.status) {
    case kUnauthorized:
    case kForbidden:
      return fmt::format(
          "refused (status {}): the data are proprietary or the server wants a login. Log in with "
          "a browser and give the value of its cookie gemini_archive_session as session_cookie in "
          "[calibs], or download the file there and register it with 'caldb add'",
          reply.status);
    case kNotFound:
      return "not found (status 404)";
    default:
      return fmt::format("an error of the server (status {})", reply.status);
  }
}

HttpLimits limits_of(const RemoteSettings& settings) {
  HttpLimits limits;
  const auto patience =
      std::chrono::milliseconds(static_cast<std::int64_t>(settings.timeout_s * 1000.0));
  limits.silence = patience;
  limits.connect = std::min(limits.connect, patience);
  limits.pause = std::min(limits.pause, patience / 60);
  return limits;
}

class RemoteArchive : public Archive {
 public:
  RemoteArchive(DatabaseLine database, RemoteSettings settings, const std::atomic<bool>* stop)
      : Archive(std::move(database)),
        settings_(std::move(settings)),
        server_(line().location.starts_with("http") ? line().location
                                                    : "http://" + line().location),
        http_(limits_of(settings_), stop),
        cache_(settings_.cache_folder) {
    while (server_.ends_with('/')) server_.pop_back();
  }

  std::optional<FoundCalibration> find(const AstroData& frame, const std::string& type,
                                       const CalibrationSettings& settings,
                                       std::vector<std::string>& notes) override {
    const Outcome& outcome = outcome_for(frame, type, settings.mode);
    notes.insert(notes.end(), outcome.notes.begin(), outcome.notes.end());
    return outcome.found;
  }

  void explain(const AstroData& frame, const CalibrationSettings& settings,
               SearchReport& report) override {
    const Outcome& outcome = outcome_for(frame, report.type, settings.mode);
    report.notes.insert(report.notes.end(), outcome.notes.begin(), outcome.notes.end());
    if (!outcome.found) return;
    Candidate candidate;
    candidate.database = line().location;
    candidate.path = outcome.found->path;
    candidate.name = fs::path(candidate.path).filename().string();
    candidate.grade = Grade::exact;
    report.candidates.push_back(std::move(candidate));
  }

  bool stores(const CalibrationSettings& settings) const override {
    return line().store && settings.upload_calibrations;
  }

  void add(const std::string& file) override { upload("upload_processed_cal", file); }

  bool add_science(const std::string& file) override {
    if (!line().store) return false;
    upload("upload_file", file);
    return true;
  }

 private:
  struct Outcome {
    std::optional<FoundCalibration> found;
    std::vector<std::string> notes;
  };

  // The server is asked once for each request; an explanation afterwards costs nothing.
  const Outcome& outcome_for(const AstroData& frame, const std::string& type,
                             const std::string& mode) {
    const std::string url = request_url(server_, type, mode, frame.filename());
    const std::string body = request_body(frame);
    const std::string key = url.substr(0, url.rfind('/')) + "\n" + body;
    const auto known = outcomes_.find(key);
    if (known != outcomes_.end()) return known->second;
    Outcome outcome;
    try {
      outcome = asked(url, body, key, type);
    } catch (const Interrupted&) {
      throw;
    } catch (const Error& error) {
      outcome.notes.push_back(fmt::format("{}: {}", line().location, error.what()));
    }
    return outcomes_.emplace(key, std::move(outcome)).first->second;
  }

  Outcome asked(const std::string& url, const std::string& body, const std::string& key,
                const std::string& type) {
    Outcome outcome;
    const std::optional<std::string> answer = answer_to(url, body, key, outcome.notes);
    if (!answer) return outcome;
    std::vector<OfferedCalibration> offered;
    try {
      offered = parse_answer(*answer);
    } catch (const InputError& error) {
      outcome.notes.push_back(
          fmt::format("the answer of {} cannot be understood: {}", url, error.what()));
      return outcome;
    }
    if (!settings_.offline) cache_.keep_answer(key, *answer);
    for (const OfferedCalibration& one : offered) {
      if (!one.type.empty() && one.type != type) continue;
      const std::string path = fetched(one, outcome.notes);
      if (path.empty()) continue;
      outcome.found = FoundCalibration{path, line().location};
      break;
    }
    return outcome;
  }

  std::optional<std::string> answer_to(const std::string& url, const std::string& body,
                                       const std::string& key, std::vector<std::string>& notes) {
    if (settings_.cache_folder.empty()) {
      throw InputError("there is no folder for downloads: set cache_dir in [calibs]");
    }
    if (settings_.offline) {
      const auto kept = cache_.recall_answer(key);
      if (!kept) {
        notes.push_back(fmt::format("off-line: {} is not asked, and has not answered this before",
                                    line().location));
      }
      return kept;
    }
    if (!trouble_.empty()) {
      notes.push_back(fmt::format("{} is not asked again: {}", line().location, trouble_));
      return std::nullopt;
    }
    const HttpReply reply =
        http_.post(url, body, "application/x-www-form-urlencoded", cookie_for(url));
    if (reply.good()) return reply.body;
    if (reply.unreachable) trouble_ = meaning_of(reply);
    notes.push_back(fmt::format("{}: {}", url, meaning_of(reply)));
    return std::nullopt;
  }

  // The file that the server offers; "" and a note when it cannot be had.
  std::string fetched(const OfferedCalibration& offered, std::vector<std::string>& notes) {
    const std::string name = file_name_of_url(offered.url);
    if (offered.url.empty()) {
      notes.push_back(fmt::format("{}: {} is known but cannot be downloaded", line().location,
                                  offered.file_name));
      return "";
    }
    if (!offered.url.starts_with("http://") && !offered.url.starts_with("https://")) {
      notes.push_back(fmt::format("{}: {} is no address that files are taken from", line().location,
                                  offered.url));
      return "";
    }
    if (!is_fits_name(name) || !is_md5(offered.md5)) {
      notes.push_back(fmt::format("{}: {} comes without a sound {}; it is not taken",
                                  line().location, offered.url,
                                  is_md5(offered.md5) ? "file name" : "md5 sum"));
      return "";
    }
    const auto fetch = [&](const std::string& path) -> std::string {
      if (settings_.offline) return "off-line, and not downloaded before";
      return download(offered.url, path);
    };
    const DownloadCache::Result result = cache_.get(offered.md5, name, fetch);
    if (result.path.empty()) {
      notes.push_back(fmt::format("Could not retrieve {}: {}", offered.url, result.problem));
    }
    return result.path;
  }

  std::string download(const std::string& url, const std::string& path) {
    const HttpReply reply = http_.download(url, path, cookie_for(url));
    if (reply.status < 300 && is_page(reply)) {
      std::error_code ignored;
      fs::remove(path, ignored);
      return "a page came in place of the file: the server wants a login (see session_cookie in "
             "the documentation of [calibs])";
    }
    return reply.good() ? "" : meaning_of(reply);
  }

  void upload(const std::string& service, const std::string& file) {
    const std::string url =
        fmt::format("{}/{}/{}", server_, service, form_encoded(fs::path(file).filename().string()));
    if (settings_.offline) {
      throw DatabaseError(fmt::format("off-line: {} is not sent to {}", file, server_));
    }
    const HttpReply reply = http_.upload(url, file, upload_cookie());
    if (reply.good()) return;
    const bool refused = reply.status == kUnauthorized || reply.status == kForbidden;
    throw DatabaseError(fmt::format(
        "{}: {}", url,
        refused ? fmt::format("the upload is refused (status {}): is upload_cookie in [calibs] "
                              "right?",
                              reply.status)
                : meaning_of(reply)));
  }

  // What the user is known by goes to the configured server and to no other.
  std::string cookie_for(const std::string& url) const {
    if (settings_.session_cookie.empty() || host_of(url) != host_of(server_)) return "";
    return "gemini_archive_session=" + settings_.session_cookie;
  }

  std::string upload_cookie() const {
    if (settings_.upload_cookie.empty()) return "";
    return "gemini_fits_upload_auth=" + settings_.upload_cookie;
  }

  RemoteSettings settings_;
  std::string server_;
  Http http_;
  DownloadCache cache_;
  std::map<std::string, Outcome> outcomes_;
  std::string trouble_;  // why the server could not be reached
};

}  // namespace

std::unique_ptr<Archive> make_remote_archive(DatabaseLine line, RemoteSettings settings,
                                             const std::atomic<bool>* stop) {
  return std::make_unique<RemoteArchive>(std::move(line), std::move(settings), stop);
}

}  // namespace wyvern::calibrations
