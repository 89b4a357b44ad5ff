using System.Diagnostics;
using System.Text.Json;
using Reeve.Bench;
using Reeve.Bench.Rows;

// each row is measured by a process of its own, so that none finds the memory and the compiled code that another left behind
const string Mark = "figures: ";
IMeasurement[] all =
[
    new ActionLatency(), new DroppedEvents(), new MatchedEvents(), new ScheduledBindings(), new DurableExecutions(), new StartUp(),
    new RegoDecisions(), new OpaService(), new StreamPrograms(), new StreamKeys(), new RiemannIntake(), new RiemannLatency(),
    new SenlinFaceRow(), new RestFace(), new Scripts(), new PolicyTemplates(), new PathLanguages(),
];
var effort = new Effort(args.Contains("--quick"));
if (args is ["--measure", var one, ..])
{
    var figures = await all
        .Single(m => m.Name == one)
        .MeasureAsync(effort, say => Console.Error.WriteLine($"  {one}: {say}"), CancellationToken.None);
    Console.WriteLine(Mark + JsonSerializer.Serialize([.. figures], BenchJson.Default.FigureArray));
    return 0;
}

var names = args.Where(a => !a.StartsWith('-')).ToList();
if (names.Except(all.Select(m => m.Name)).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"there is no measurement `{unknown}`; there are {string.Join(", ", all.Select(m => m.Name))}");
    return 2;
}

var machine = Machine.Describe();
var measured = new List<Figure>();
var failed = 0;
foreach (var measurement in all.Where(m => names.Count == 0 || names.Contains(m.Name)))
{
    Console.Error.WriteLine($"measuring {measurement.Name}");
    var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
    string[] arguments = effort.Quick ? ["--measure", measurement.Name, "--quick"] : ["--measure", measurement.Name];
    Array.ForEach(arguments, start.ArgumentList.Add);
    using var process = Process.Start(start)!;
    var output = await process.StandardOutput.ReadToEndAsync();
    await process.WaitForExitAsync();
    var line = output.Split('\n').FirstOrDefault(l => l.StartsWith(Mark, StringComparison.Ordinal));
    if (line is null)
    {
        failed++;
        continue;
    }

    measured.AddRange(JsonSerializer.Deserialize(line[Mark.Length..], BenchJson.Default.FigureArray)!);
}

foreach (var line in machine)
{
    Console.WriteLine($"* {line}");
}

Console.WriteLine();
Console.Write(Table.Of(measured));
return failed == 0 ? 0 : 1;
