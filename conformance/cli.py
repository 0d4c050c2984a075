"""The command line: which commands there are and what they take. The work is in commands/.

Exit code 2 and one line on standard error for anything the caller can mend.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from conformance.contract.errors import ContractError

app = typer.Typer(
    name="conformance",
    help="Decides whether a deployment of the AlphaPoint Exchange API keeps the contract.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ApiVersion = Annotated[str, typer.Option("--api-version", metavar="V", help="API version.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from conformance.commands.version import version_text

        typer.echo(version_text())
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True,
            help="Name the suite and the contract with their digests.",
        ),
    ] = False,
) -> None:
    """Decides whether a deployment of the AlphaPoint Exchange API keeps the contract."""


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="The target file to write.")],
    websocket: Annotated[
        str | None, typer.Option(metavar="URL", help="WebSocket gateway; asked for if left out.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name in reports; default: the host.")] = None,
    environment: Annotated[
        str | None, typer.Option(help="test, staging or production; default staging.")
    ] = None,
    api_version: ApiVersion = "3.1",
    http: Annotated[str | None, typer.Option(metavar="URL", help="HTTP gateway.")] = None,
    apad: Annotated[str | None, typer.Option(metavar="URL", help="APAD's socket.")] = None,
    digitizer: Annotated[str | None, typer.Option(metavar="URL", help="GraphQL endpoint.")] = None,
    persona: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[=USERNAME]", help="A login you have; may be repeated."),
    ] = None,
    probe: Annotated[bool, typer.Option(help="Look at the endpoint first.")] = True,
    force: Annotated[bool, typer.Option(help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented target file for a deployment, after a look at it.

    Exit code 0: written. 2: something needed was not said. 3: nobody answers at the address.
    """
    from conformance.commands.init import Wishes, init_target, parse_personas

    raise typer.Exit(
        init_target(
            Wishes(
                file, websocket, name, environment, api_version, http, apad, digitizer,
                parse_personas(persona or []), probe, force,
            )
        )
    )


@app.command()
def doctor(
    target: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Target file; default: our own reference.")
    ] = None,
) -> None:
    """Check environment, target file, addresses and logins; say what would stay unverified.

    Exit code 0: nothing stands in the way. 2: environment or target file. 3: unreachable.
    6: some required clauses would stay unverified.
    """
    from conformance.commands.doctor import Doctor

    raise typer.Exit(Doctor().examine(target))


@app.command()
def catalog(
    api_version: ApiVersion = "3.1",
    format: Annotated[
        Literal["table", "json", "markdown"], typer.Option(help="What to print.")
    ] = "table",
    section: Annotated[str | None, typer.Option(help="Only this section.")] = None,
    call: Annotated[str | None, typer.Option(help="Only this call; section/Name works.")] = None,
) -> None:
    """List every call; as JSON with its schemas, bundled and self-contained."""
    from conformance.commands.catalog import print_catalog

    print_catalog(api_version, format, section, call)


@app.command()
def validate(
    call: Annotated[str, typer.Option(help="The call the payload belongs to.")],
    file: Annotated[
        Path, typer.Argument(help="JSON or JSON Lines; - reads standard input.")
    ] = Path("-"),
    part: Annotated[
        str, typer.Option(help="request, response, failure or the name of an event.")
    ] = "response",
    api_version: ApiVersion = "3.1",
) -> None:
    """Judge recorded payloads; no target needed.

    Exit code 0: all hold. 1: one deviates. 2: a payload cannot be read, or a name is unknown.
    """
    from conformance.commands.validate import validate_file

    raise typer.Exit(validate_file(call, part, api_version, file))


@app.command()
def export(
    kind: Annotated[Literal["openapi", "asyncapi", "graphql"], typer.Argument(help="The form.")],
    api_version: ApiVersion = "3.1",
) -> None:
    """Print the contract as OpenAPI 3.1 (HTTP), AsyncAPI 3.0 (frames) or SDL (Digitizer)."""
    from conformance.commands.export import print_export

    print_export(kind, api_version)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
    dialect: Annotated[
        Literal["pages", "venues"], typer.Option(help="As the pages print, or as venues answer.")
    ] = "pages",
    seed: Annotated[int | None, typer.Option(help="Repeatable ids and tokens.")] = None,
    defect: Annotated[list[str] | None, typer.Option(help="Switch on a seeded fault.")] = None,
    control: Annotated[bool, typer.Option(help="Offer mailbox, clock and audit to tests.")] = False,
    write_target: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a target file with credentials.")
    ] = None,
) -> None:
    """Run the reference exchange; prints one line with its addresses when it is ready."""
    from conformance.commands.serve import run_server

    run_server(port, dialect, seed, tuple(defect or ()), control, write_target)


@app.command()
def run(
    target: Annotated[
        str | None, typer.Option(metavar="FILE", help="Target file; default: our own reference.")
    ] = None,
    api_version: ApiVersion = "3.1",
    effort: Annotated[
        Literal["quick", "standard", "certify"], typer.Option(help="How much is sent.")
    ] = "quick",
    section: Annotated[list[str] | None, typer.Option(help="Only this section.")] = None,
    call: Annotated[list[str] | None, typer.Option(help="Only this call.")] = None,
    clause: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="Only clauses that match.")
    ] = None,
    read_only: Annotated[bool, typer.Option(help="Send nothing that writes.")] = False,
    plan: Annotated[bool, typer.Option(help="Say what would be sent, and send nothing.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Sections side by side; default: one per core, on our reference."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of generated requests.")] = 0,
    waivers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Known failures that are excused.")
    ] = None,
    report_dir: Annotated[Path | None, typer.Option(help="Where the report goes.")] = None,
    defect: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Break our own reference first, to see a failure."),
    ] = None,
) -> None:
    """Test a deployment and say whether it keeps the contract.

    Exit code 0 conformant, 1 not conformant, 2 usage or target file, 3 target unreachable,
    4 error of the suite, 5 waiver trouble, 6 required clauses left unverified.
    """
    from conformance.commands.run import RunRequest, run_suite

    raise typer.Exit(
        run_suite(RunRequest(
            target=target,
            api_version=api_version,
            effort=effort,
            sections=section or [],
            calls=call or [],
            clauses=clause or [],
            read_only=read_only,
            plan=plan,
            jobs=jobs,
            seed=seed,
            waivers=waivers,
            report_dir=report_dir,
            defects=tuple(defect or ()),
        ))
    )


@app.command()
def selftest(
    defect: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this seeded fault.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Faults tried side by side.")] = 1,
    rules: Annotated[
        bool, typer.Option("--rules", help="Only the rules of models, each by its own machine.")
    ] = False,
    write: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --rules: a page of what was found.")
    ] = None,
) -> None:
    """Prove that the suite can fail: every seeded fault of our reference must be caught.

    Exit code 0: each was. 1: one survives, or no clause is named for it. 2: unknown fault.
    """
    from conformance.commands.selftest import self_test
    from conformance.commands.selftest_rules import try_rules

    named = tuple(defect or ())
    raise typer.Exit(try_rules(named, jobs, write) if rules else self_test(named, jobs))


@app.command()
def replay(
    capsule: Annotated[Path, typer.Argument(help="The capsule of a failure.")],
    target: Annotated[
        str | None, typer.Option(metavar="FILE", help="Target file; default: our own reference.")
    ] = None,
) -> None:
    """Send a failing conversation again and judge it again.

    Exit code 0: it holds now. 1: it still fails. 2: capsule or target file. 3: unreachable.
    6: it could not be judged here.
    """
    from conformance.commands.replay import replay_capsule

    raise typer.Exit(replay_capsule(capsule, target))


@app.command()
def report(
    run_dir: Annotated[list[Path], typer.Argument(help="Folders of runs, one per API version.")],
    format: Annotated[
        Literal["html", "allure", "json", "junit", "jsonl", "markdown", "badge", "sarif"],
        typer.Option(help="What to render."),
    ] = "html",
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to; default: beside the record.")
    ] = None,
    waivers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="More waivers (TOML or YAML).")
    ] = None,
) -> None:
    """Render a report from the record of a run; several runs stand side by side in HTML."""
    from conformance.commands.report import write_reports

    raise typer.Exit(write_reports(run_dir, format, output, waivers))


@app.command()
def compare(
    run_a: Annotated[Path, typer.Argument(help="The earlier run, or its verdict.json.")],
    run_b: Annotated[Path, typer.Argument(help="The later run, or its verdict.json.")],
) -> None:
    """Tell by clause what changed between two runs.

    Exit code 0: nothing got worse. 1: broken, or failing otherwise. 6: less was verified.
    """
    from conformance.commands.compare import compare_runs

    raise typer.Exit(compare_runs(run_a, run_b))


@app.command()
def gate(
    run_dir: Annotated[Path, typer.Argument(help="The run to decide about.")],
    baseline: Annotated[
        Path | None, typer.Option(help="A run or verdict.json whose failures are known.")
    ] = None,
    waivers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Waivers (TOML or YAML).")
    ] = None,
) -> None:
    """Give a pipeline one exit code: that of the run, or with a baseline only what got worse."""
    from conformance.commands.compare import gate as decide

    raise typer.Exit(decide(run_dir, baseline, waivers))


@app.command()
def certify(
    run_dir: Annotated[Path, typer.Argument(help="The run to certify.")],
    key: Annotated[Path, typer.Option(metavar="FILE", help="Ed25519 private key in PEM.")],
    new_key: Annotated[bool, typer.Option(help="Make the key pair first.")] = False,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to.")] = None,
) -> None:
    """Sign the verdict of a run, bound to digests of suite, contract, target and transcript."""
    from conformance.commands.certify import certify_run

    raise typer.Exit(certify_run(run_dir, key, new_key, output))


@app.command()
def verify(
    certificate: Annotated[Path, typer.Argument(help="The certificate.")],
    run_dir: Annotated[
        Path | None, typer.Argument(help="The run it is about, to compare digests.")
    ] = None,
    public_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Whose signature it must be (PEM).")
    ] = None,
) -> None:
    """Check a certificate offline; names the first thing that does not match (exit code 1)."""
    from conformance.commands.certify import verify_certificate

    raise typer.Exit(verify_certificate(certificate, run_dir, public_key))


def main() -> None:
    """Run the command line and exit; the console script ``conformance``."""
    try:
        app()
    except ContractError as problem:
        print(f"conformance: {problem}", file=sys.stderr)
        raise SystemExit(2) from None
    finally:
        gc.freeze()  # the process ends: a search for garbage in all it held takes 0.3 s after a run


if __name__ == "__main__":
    main()
