using System.CommandLine;
using System.Globalization;
using Reeve.Cli.Output;
using Reeve.Core.Documents;
using Reeve.Server.Hosting;
using Reeve.Storage;
using Reeve.Storage.Backups;

namespace Reeve.Cli.Verbs;

/// <summary>
/// <c>reeve backup FILE</c> and <c>reeve restore FILE</c>: the record of a database, beside the Reeve that works on it, in a form that
/// either database takes.
/// </summary>
internal static class BackupVerb
{
    private const string Expected = "name the data folder with `--data`, or the database with `--database`";

    public static Command MakeBackup(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "where it goes; written whole or not at all, for its owner alone" };
        var place = new Place();
        var force = new Option<bool>("--force") { Description = "write over a file that is there" };
        var command = new Command("backup", "keep what a database holds in a file, also while a reeve works on it") { file, force };
        place.AddTo(command);
        command.SetAction((parsed, cancellationToken) => CatchAsync(async () =>
        {
            var path = parsed.GetValue(file)!;
            OutputFile.Check("backup", path);
            if (File.Exists(path) && !parsed.GetValue(force))
            {
                throw new VerbException($"backup: `{path}` is there already; name another file, or say `--force`", ExitCode.WrongInput);
            }

            var fresh = path + ".part";
            BackupSummary summary;
            try
            {
                await using (var to = Create(fresh))
                {
                    summary = await Backup.WriteAsync(
                        place.Of(parsed, "backup"), to, TimeProvider.System, Progress(terminal, "written"), cancellationToken);
                    to.Flush(flushToDisk: true);
                }

                File.Move(fresh, path, overwrite: true);
            }
            catch
            {
                File.Delete(fresh);
                throw;
            }

            Show(summary, place.Report(parsed, terminal), "kept");
            return ExitCode.Fine;
        }));
        return command;
    }

    public static Command MakeRestore(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "a file that `reeve backup` wrote" };
        var place = new Place();
        var replace = new Option<bool>("--replace") { Description = "throw away what the database holds" };
        var check = new Option<bool>("--check") { Description = "only say whether the file is whole, and what it holds" };
        var command = new Command("restore", "put what a backup holds into a database that no reeve works on") { file, replace, check };
        place.AddTo(command);
        command.SetAction((parsed, cancellationToken) => CatchAsync(async () =>
        {
            await using var from = Open(parsed.GetValue(file)!);
            var summary = parsed.GetValue(check)
                ? await Backup.CheckAsync(from, cancellationToken)
                : await Backup.RestoreAsync(
                    place.Of(parsed, "restore"), from, parsed.GetValue(replace), TimeProvider.System, Progress(terminal, "restored"),
                    cancellationToken);
            Show(summary, place.Report(parsed, terminal), parsed.GetValue(check) ? "in it" : "restored");
            return ExitCode.Fine;
        }));
        return command;
    }

    private static FileStream Create(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || Directory.Exists(path))
        {
            throw new VerbException($"restore: `{path}`: {FileReason.Of(path, e)}", ExitCode.WrongInput);
        }
    }

    private static async Task<int> CatchAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (BackupException e)
        {
            throw new VerbException($"reeve: backup: {e.Message}", ExitCode.WrongInput);
        }
        catch (StoreException e)
        {
            throw new VerbException($"reeve: {e.Message}", e.IsTransient ? ExitCode.CouldNotRun : ExitCode.WrongInput);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VerbException($"reeve: {e.Message.TrimEnd('.')}", ExitCode.CouldNotRun);
        }
    }

    private static Action<string, long> Progress(Terminal terminal, string done) => (table, rows) =>
    {
        if (terminal.IsInteractive)
        {
            terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r\e[K{table}: {rows} {done}"));
        }
    };

    private static void Show(BackupSummary summary, Report report, string done)
    {
        if (report.Terminal.IsInteractive)
        {
            report.Terminal.Error.Write("\r\e[K");
        }

        var tables = new System.Text.Json.Nodes.JsonObject();
        foreach (var (name, rows) in summary.Tables)
        {
            tables[name] = rows;
        }

        var said = Json.From(new System.Text.Json.Nodes.JsonObject
        {
            ["schema"] = summary.Schema,
            ["taken_at"] = summary.TakenAt,
            ["rows"] = summary.Rows,
            ["tables"] = tables,
        });
        report.One(said, _ => report.Line(string.Create(
            CultureInfo.InvariantCulture, $"{summary.Rows} rows {done}, as of {summary.TakenAt:u}")));
    }

    /// <summary>Which database, and in which form to answer.</summary>
    private sealed class Place
    {
        private readonly Option<string?> _data = new("--data") { Description = "the data folder of a reeve", HelpName = "DIR" };
        private readonly Option<string?> _database = new("--database") { Description = "a PostgreSQL URL", HelpName = "URL" };
        private readonly Option<string> _output = new("--output", "-o")
        {
            Description = "table, json or yaml",
            HelpName = "FORM",
            DefaultValueFactory = _ => "table",
        };

        public void AddTo(Command command)
        {
            _output.AcceptOnlyFromAmong("table", "json", "yaml");
            command.Options.Add(_data);
            command.Options.Add(_database);
            command.Options.Add(_output);
        }

        public StoreOptions Of(ParseResult parsed, string verb)
        {
            var (data, database) = (parsed.GetValue(_data), parsed.GetValue(_database));
            return data is null == database is null
                ? throw new VerbException($"{verb}: {Expected}", ExitCode.WrongInput)
                : new StoreOptions { DataFolder = data ?? Path.GetTempPath(), Database = database };
        }

        public Report Report(ParseResult parsed, Terminal terminal) => new(terminal, parsed.GetValue(_output)!);
    }
}
