// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/convert.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "beamport/array/value_histogram.h"
#include "beamport/base/ids.h"
#include "beamport/base/log.h"
#include "beamport/image/landing_stack.h"
#include "beamport/ingest/image_pass.h"
#include "beamport/ingest/partial_image.h"
#include "beamport/ingest/staged_directory.h"
#include "beamport/ingest/voxel_conversion.h"

namespace beamport::ingest {
namespace {

constexpr std::int64_t kSampledSlices = 16;
constexpr int kMaxPasses = 4;
constexpr std::chrono::seconds kWritingPause{1};

Result<void> check_request(const ConvertRequest& request) {
  if (request.output.filename().extension() != ".zarr") {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("{}: the output's name must end in .zarr, for example scan.ome.zarr", request.output.string()));
  }
  const std::filesystem::path folder = request.output.parent_path();
  std::error_code error;
  if (!folder.empty() && std::filesystem::status(folder, error).type() == std::filesystem::file_type::not_found) {
    return fail(ErrorCode::kNotFound, fmt::format("{}: there is no such folder to write {} into; make it first",
                                                  folder.string(), request.output.filename().string()));
  }
  if (!request.generation.empty() && !is_id_text(request.generation)) {
    return fail(ErrorCode::kInvalidArgument, "a generation is 24 hexadecimal digits");
  }
  return {};
}

/// Percentiles of evenly spaced slices: enough for percentiles, without reading the stack twice.
Result<ValueWindow> sampled_window(const image::FrameSource& source) {
  const Extent extent = source.extent();
  const Extent slice{1, extent.y, extent.x};
  AlignedBuffer buffer(static_cast<std::size_t>(slice.volume()) * size_of(source.type()));
  ValueHistogram histogram(source.type());
  const std::int64_t samples = std::min(kSampledSlices, extent.z);
  for (std::int64_t i = 0; i < samples; ++i) {
    const std::int64_t z = (2 * i + 1) * extent.z / (2 * samples);
    const MutableVolumeView view(buffer.data(), slice, source.type());
    BEAMPORT_TRY(source.read_rows(z, 0, view));
    histogram.add(view);
  }
  return percentile_window(histogram.statistics());
}

Result<VoxelConversion> choose_conversion(const ConvertRequest& request, const image::FrameSource& source) {
  if (!request.type_change) return VoxelConversion::keep(source.type());
  ValueWindow window;
  if (request.type_change->window) {
    window = *request.type_change->window;
  } else if (request.landing) {
    return fail(ErrorCode::kInvalidArgument,
                "percentiles need the whole stack, which is still landing; give the window as --window lo,hi");
  } else {
    BEAMPORT_ASSIGN(window, sampled_window(source));
  }
  return VoxelConversion::windowed(source.type(), request.type_change->to, window);
}

/// A stack that is complete, or one that is landing: then `landing` is the source, too.
struct OpenStack {
  std::unique_ptr<image::FrameSource> source;
  const image::LandingStack* landing = nullptr;
};

Result<OpenStack> open(const ConvertRequest& request, const std::stop_token& stop) {
  OpenStack stack;
  if (request.landing) {
    image::LandingOptions options;
    options.frames = request.landing->slices;
    options.first_number = request.landing->first_number;
    options.patience = request.landing->patience;
    options.pattern = request.landing->pattern;
    options.stop = stop;
    BEAMPORT_ASSIGN(auto landing, image::open_landing_stack(request.stack, std::move(options)));
    stack.landing = landing.get();
    stack.source = std::move(landing);
  } else {
    BEAMPORT_ASSIGN(stack.source,
                    image::open_stack(request.stack, {.gaps = request.gaps, .io = request.io, .stop = stop}));
  }
  return stack;
}

/// All passes until an image has its name.
class Conversion {
 public:
  Conversion(const ConvertRequest& request, const ConvertObserver& observer, std::stop_token stop)
      : request_(request), observer_(observer), stop_(std::move(stop)) {}

  [[nodiscard]] Result<ConvertSummary> run() {
    BEAMPORT_ASSIGN(stack_, open(request_, stop_));
    for (int number = 1;; ++number) {
      BEAMPORT_ASSIGN(const VoxelConversion voxels, choose_conversion(request_, *stack_.source));
      BEAMPORT_ASSIGN(const auto pass, ImagePass::prepare(request_, *stack_.source, stack_.landing != nullptr, voxels));
      if (!staged_) BEAMPORT_TRY(begin());
      BEAMPORT_ASSIGN(const auto changed, run_pass(*pass));
      if (!changed) {
        if (request_.before_publish) BEAMPORT_TRY(request_.before_publish(staged_->partial_path()));
        BEAMPORT_TRY(partial_->end());
        BEAMPORT_TRY(staged_->publish());
        pass->summary().passes = number;
        return std::move(pass->summary());
      }
      log::info("{}: {} changed after it had been read; what came from it is done again", request_.output.string(),
                *changed);
      if (number == kMaxPasses) {
        return fail(ErrorCode::kUnavailable,
                    fmt::format("{}: {} and perhaps others changed in each of {} passes; wait until the stack is final "
                                "and start again",
                                request_.stack, *changed, number));
      }
      if (!stack_.landing) BEAMPORT_TRY(open_again());
    }
  }

 private:
  [[nodiscard]] Result<void> begin() {
    using enum StagedDirectory::IfExists;
    using enum StagedDirectory::Unfinished;
    BEAMPORT_ASSIGN(StagedDirectory staged,
                    StagedDirectory::begin(request_.output, request_.overwrite ? kReplace : kRefuse,
                                           request_.resume ? kKeep : kRemove));
    staged_.emplace(std::move(staged));
    using enum PartialImage::Record;
    BEAMPORT_ASSIGN(
        PartialImage partial,
        PartialImage::open(staged_->partial_path(), request_.resume ? kLasting : kInMemory, request_.generation));
    partial_.emplace(std::move(partial));
    // A partial directory beside an image may be the one that this image replaced.
    std::error_code error;
    if (!request_.resume || std::filesystem::exists(request_.output, error)) return {};
    return partial_->take_identity_from_image();
  }

  /// The name of a slice that changed meanwhile, if there is one.
  [[nodiscard]] Result<std::optional<std::string>> run_pass(ImagePass& pass) {
    const auto observe = [&](const ConvertProgress& progress) {
      ConvertProgress told = progress;
      told.slices_landed = stack_.landing != nullptr ? stack_.landing->landed() : progress.slices_total;
      observer_(told);
    };
    Result<void> done = pass.run(staged_->partial_path(), *partial_, observe, stop_);
    if (partial_->was_another_request()) {
      log::warning("{}: what was there came from another request, and was removed", staged_->partial_path().string());
    }
    if (stack_.landing) {
      BEAMPORT_TRY(std::move(done));
      BEAMPORT_TRY(stack_.landing->confirm());
    }
    auto changed = pass.first_changed(*partial_);
    if (done || (changed && !stop_.stop_requested())) return changed;
    return fail(std::move(done).error());
  }

  /// A complete stack that was not: its headers are read anew, after a moment for whoever writes it.
  [[nodiscard]] Result<void> open_again() {
    {
      std::mutex mutex;
      std::condition_variable_any never;
      std::unique_lock lock(mutex);
      never.wait_for(lock, stop_, kWritingPause, [] { return false; });
    }
    if (stop_.stop_requested()) return fail(ErrorCode::kCancelled, "stopped on request");
    stack_ = {};
    auto stack = open(request_, stop_);
    if (!stack) {
      return fail(stack.error().code == ErrorCode::kCancelled ? ErrorCode::kCancelled : ErrorCode::kUnavailable,
                  fmt::format("the stack changed while it was being converted; wait until it is final and start again: "
                              "{}",
                              stack.error().message));
    }
    stack_ = std::move(*stack);
    return {};
  }

  const ConvertRequest& request_;
  const ConvertObserver& observer_;
  std::stop_token stop_;
  OpenStack stack_;
  std::optional<StagedDirectory> staged_;
  std::optional<PartialImage> partial_;
};

}  // namespace

Result<ConvertSummary> convert(const ConvertRequest& request, const ConvertObserver& observer, std::stop_token stop) {
  BEAMPORT_TRY(check_request(request));
  return Conversion(request, observer, std::move(stop)).run();
}

}  // namespace beamport::ingest
