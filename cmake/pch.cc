// SPDX-License-Identifier: Apache-2.0
// Exists so that the precompiled header has an owner whose options every other target shares.
