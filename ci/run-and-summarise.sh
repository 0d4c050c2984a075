#!/usr/bin/env bash
# One run for a pipeline: the report into REPORT_DIR, its summary where the pipeline shows it, the
# exit code of the run as our own. TARGET, ARGUMENTS and ACCEPT_UNVERIFIED may be empty.
set -fuo pipefail    # f: a pattern of clauses is no pattern of files
conformance=${CONFORMANCE:-conformance}
report=${REPORT_DIR:-conformance-report}
words=(run --report-dir "$report")
[ -n "${TARGET:-}" ] && words+=(--target "$TARGET")
# shellcheck disable=SC2206  # several words on purpose
words+=(${ARGUMENTS:-})

log=$(mktemp)
"$conformance" "${words[@]}" 2>&1 | tee "$log"
code=${PIPESTATUS[0]}

summary=${GITHUB_STEP_SUMMARY:-/dev/null}
if [ -s "$report/summary.md" ]; then
    cat "$report/summary.md" >> "$summary"
else
    { echo '```text'; cat "$log"; echo '```'; } >> "$summary"
fi
rm -f "$log"
[ -n "${GITHUB_OUTPUT:-}" ] && echo "exit-code=$code" >> "$GITHUB_OUTPUT"

if [ "$code" -eq 6 ] && [ "${ACCEPT_UNVERIFIED:-false}" = true ]; then
    echo "nothing is broken; what could not be exercised is accepted"
    exit 0
fi
exit "$code"
