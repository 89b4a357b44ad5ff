using System.Globalization;
using Reeve.Cli.Output;
using Reeve.Flexera.Evaluation;

namespace Reeve.Cli.Flexera;

/// <summary>One line for each datasource that is done, beside the output.</summary>
internal sealed class RunProgress(Terminal terminal)
{
    private readonly Lock _lock = new();

    public void Show(DatasourceProfile done)
    {
        lock (_lock)
        {
            terminal.Error.WriteLine(done.Error is { } error
                ? $"{done.Name}: failed: {error}"
                : string.Create(
                    CultureInfo.InvariantCulture, $"{done.Name}: {Counted.Of(done.Rows, "row")} in {done.Milliseconds:0} ms"));
        }
    }
}
