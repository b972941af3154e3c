// SPDX-License-Identifier: Apache-2.0
#include "configuration.h"

namespace beamport::app {

// A setting is a line "#name = value" directly below its explanation; taking the # away changes nothing, because the
// value is the default. The tests hold this text against the parser.
std::string_view configuration_template() noexcept {
  return R"toml(# Beamport's configuration. Lines that begin with "#name =" show the default: remove the # and change the value.
# "beamport config check" explains what is wrong, by line. Sizes and times have a unit: "4 GiB", "500 GB", "30 s", "6 h".
# Paths that are not absolute are meant from the directory of this file.

[server]
# Where the web page and the API are. Beyond this machine (anything but 127.0.0.1 or ::1) only with allow_anonymous
# until sign-in exists; better put a proxy that authenticates in front.
#address = "127.0.0.1"
#port = 8080
# The images, at <user>/<date>/<scan>.ome.zarr, and Beamport's journal. Everything below belongs to Beamport.
#data = "/var/lib/beamport/data"
# Threads that answer requests; 0 means one per core.
#threads = 0
# Memory for chunks that were decoded for viewers.
#cache = "1 GiB"
# Names under which browsers reach this server, besides localhost.
#host_names = []
# The web origin whose pages may read images under /zarr; "*" means any.
#cors_origin = "*"
# Show all data to everybody who reaches the port.
#allow_anonymous = false

[ingest]
# Conversions at a time.
#parallel = 2
# Memory that all conversions together use at most.
#memory = "4 GiB"
# Threads that all conversions together use; 0 means one per core.
#workers = 0
# No conversion goes on while the disk of the data has less room than this; it waits, says so, and goes on by itself.
#reserve = "50 GB"
# A scan of which nobody says how many slices it will have is taken as complete when it did not change for so long.
#settle = "30 s"
# A scan whose slices stop coming fails after so long; it goes on when they come after all.
#patience = "1 h"

[scrub]
# All files of all images are read again and compared with their checksums, from the end of one pass to the beginning of
# the next after so long; "never" leaves it to "beamport scrub". A damaged image whose slices are still there is
# converted again.
#every = "7 d"
# Percent of the time that it reads at most, as fast as the disk can; it gives way to everybody else, and waits while scans
# are being converted.
#share = 10

[log]
# "debug", "info", "warning" or "error".
#level = "info"
# "plain", or "json": one object a line.
#style = "plain"

[metrics]
# Numbers for Prometheus under /metrics.
#enabled = true
# Answer /metrics to other machines without a token.
#anonymous = false

[accounts]
# Nobody sees anything without a token: people, teams, folders and grants decide (docs/access.md). There is no sign-in for
# browsers yet, so this is for programs, and for a proxy that adds the token. "beamport token make" makes the first one.
#enabled = false
# Names of the facility, when the catalog is new, and of the beamline that all datasets here belong to.
#facility = "Facility"
#beamline = "Beamline"

# Directories in which scans appear by themselves. Repeat the section for each.
#[[root]]
# Short and unique; it is in logs and in the journal.
#name = "p14"
#path = "/beamline/p14"
# How user, date and scan name are read from where a scan lies below the path. <any> is any one name, other text stands
# for itself. With .tif at its end, scans are files instead of directories.
#pattern = "<year>/<user>/<YYYYMMDD>/<scan>"
# Which TIFF files in a scan's directory are its slices; * is any characters, ? is one.
#slices = "*"
# A file in the scan's directory that is made last; with it, a scan that settled is complete. Empty: there is none.
#marker = ""
# What becomes of the TIFF files: "keep", "delete-after-verify" (only after the published image was compared with them,
# read twice), or "archive" (moved below the path of `archive`, after the same comparison).
#source = "keep"
#archive = ""
# "live" (fast), "small", or "raw" (uncompressed; each shard is also a TIFF).
#profile = "live"
# "keep", or "uint16" or "uint8" with the window of values that become black and white: "percentile" or "lo,hi".
#dtype = "keep"
#window = "percentile"
# Numbers that are missing in the sequence: "refuse", or "close" (take the rest as consecutive, and record it).
#gaps = "refuse"
# As in [ingest], for this root alone.
#settle = "30 s"
#patience = "1 h"
# Hear of changes from the kernel. It hears only what is written on this machine: for network file systems, false saves
# the attempt. Either way everything is found by looking, between the two periods: the shorter while something changes.
#listen = true
#shortest_period = "2 s"
#longest_period = "1 min"
# Follow symbolic links below the path. A link could show one user another one's data.
#follow_links = false

# Tokens with which other programs hand in scans (POST /api/beamport/v1/ingests). Repeat the section for each. The
# secret is 20 or more random characters, such as from "openssl rand -hex 24": in a file of its own, or here, if this
# file has mode 0600. BEAMPORT_INGEST_TOKEN or BEAMPORT_INGEST_TOKEN_FILE in the environment add one more.
#[[token]]
#name = "reconstruction"
#file = "/etc/beamport/reconstruction.token"
#secret = ""
)toml";
}

}  // namespace beamport::app
