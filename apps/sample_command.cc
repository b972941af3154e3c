// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <system_error>

#include "commands.h"
#include "console.h"
#include "progress_report.h"
#include "quantity.h"
#include "sample_volume.h"
#include <fmt/format.h>

#include "beamport/base/aligned_buffer.h"
#include "beamport/image/tiff_writer.h"
#include "beamport/os/file.h"
#include "beamport/os/stop_signals.h"

namespace beamport::app {

Result<void> run_sample(const SampleOptions& options) {
  BEAMPORT_ASSIGN(const Extent extent, parse_extent(options.shape));
  BEAMPORT_ASSIGN(const auto voxel_size_um, parse_voxel_size_um(options.voxel_size));
  const auto pattern = parse_sample_pattern(options.pattern);
  if (!pattern)
    return fail(ErrorCode::kInvalidArgument, fmt::format("--pattern '{}': choose tissue or ramp", options.pattern));
  const auto type = parse_data_type(options.data_type);
  if (type != DataType::kFloat32 && type != DataType::kUint16) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("--dtype '{}': choose float32 or uint16", options.data_type));
  }
  std::error_code error;
  std::filesystem::create_directories(options.directory, error);
  if (error) return os::system_error(error.value(), "create", options.directory);

  const os::StopSignals signals;
  const SampleVolume volume(*pattern, extent, options.seed);
  const Extent slice{1, extent.y, extent.x};
  AlignedBuffer buffer(static_cast<std::size_t>(slice.volume()) * size_of(*type));
  const MutableVolumeView view(buffer.data(), slice, *type);
  ProgressReport progress(ProgressReport::style_for(false), "making a sample");
  for (std::int64_t z = 0; z < extent.z; ++z) {
    if (signals.token().stop_requested()) return fail(ErrorCode::kCancelled, "stopped on request");
    volume.fill_slice(z, view);
    const auto path = std::filesystem::path(options.directory) / fmt::format("recon_{:05}.tiff", z + 1);
    BEAMPORT_TRY(image::write_tiff_slice(path, view, voxel_size_um[1]));
    progress.update(z + 1, extent.z, "slices");
  }
  progress.finish();
  print_out("{}: {} slices of {}×{} {}\n", options.directory, extent.z, extent.y, extent.x, name_of(*type));
  return {};
}

}  // namespace beamport::app
