using System.Diagnostics;
using System.Globalization;
using System.Text;
using Reeve.Languages.Data;
using Reeve.Languages.JmesPath;
using Reeve.Languages.Jq;
using Reeve.TestKit;

namespace Reeve.Bench.Rows;

/// <summary>JMESPath and jq over a document of many rows, beside jq and jmespath.py where they are installed.</summary>
internal sealed class PathLanguages : IMeasurement
{
    private const int Rows = 100_000;
    private const string JmesPath = "items[?cost > `10`].{id: id, region: properties.region}";
    private const string Jq = "[.items[] | select(.cost > 10) | {id, region: .properties.region}]";

    private const string Python = """
        import json, sys, time, jmespath
        data = json.load(open(sys.argv[1]))
        program = jmespath.compile(sys.argv[2])
        best = None
        for _ in range(3):
            began = time.perf_counter()
            program.search(data)
            took = time.perf_counter() - began
            best = took if best is None else min(best, took)
        print(best)
        """;

    /// <inheritdoc/>
    public string Name => "paths";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        var text = Text(effort.Quick ? Rows / 10 : Rows);
        var rows = effort.Quick ? Rows / 10 : Rows;
        JsonData.TryParse(text, out var data, out _);
        var path = JmesPathProgram.Parse(JmesPath).Program!;
        var program = JqProgram.Parse(Jq).Program!;
        var paths = new double[effort.Runs];
        var programs = new double[effort.Runs];
        for (var run = -1; run < effort.Runs; run++)
        {
            var one = Rate(rows, () => path.Evaluate(data, cancellationToken: cancellationToken).Error?.ToString());
            var two = Rate(rows, () => program.Run(data, TimeProvider.System, null, cancellationToken).Error?.ToString());
            if (run >= 0)
            {
                (paths[run], programs[run]) = (one, two);
            }

            say($"run {run + 1}");
        }

        List<Figure> figures =
        [
            new($"JMESPath, a filter and a multiselect over {rows:N0} rows", "rows/s", paths) { MoreIsBetter = true },
            new($"jq, `select` and an object over {rows:N0} rows", "rows/s", programs) { MoreIsBetter = true },
        ];
        using var folder = new TempFolder();
        var file = folder.At("rows.json");
        await File.WriteAllTextAsync(file, text, cancellationToken);
        await AddAsync(
            figures, "– jmespath.py, the best of three", rows, "python3", ["-c", Python, file, JmesPath], true, cancellationToken);
        await AddAsync(figures, "– jq, the whole process with reading and writing", rows, "jq", ["-c", Jq, file], false, cancellationToken);
        return figures;
    }

    private static double Rate(int rows, Func<string?> run)
    {
        var started = Stopwatch.GetTimestamp();
        if (run() is { } error)
        {
            throw new InvalidOperationException(error);
        }

        return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    // what is not installed has no line
    private static async Task AddAsync(
        List<Figure> figures, string what, int rows, string program, string[] arguments, bool saysTime, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            var started = Stopwatch.GetTimestamp();
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var said = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            await errors;
            var took = saysTime && double.TryParse(said, CultureInfo.InvariantCulture, out var seconds) ? seconds
                : Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (process.ExitCode == 0)
            {
                figures.Add(new Figure(what, "rows/s", [rows / took]) { MoreIsBetter = true });
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // it is not installed
        }
    }

    private static string Text(int rows)
    {
        var text = new StringBuilder("{\"items\":[");
        for (var at = 0; at < rows; at++)
        {
            text.Append(at == 0 ? "" : ",").Append(CultureInfo.InvariantCulture,
                $"{{\"id\":\"i-{at}\",\"properties\":{{\"region\":\"us-east-{at % 4}\"}},\"cost\":{at % 100}.5}}");
        }

        return text.Append("]}").ToString();
    }
}
