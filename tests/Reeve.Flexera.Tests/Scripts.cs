using Reeve.Languages.JavaScript;
using Reeve.Languages.JavaScript.Workers;

namespace Reeve.Flexera.Tests;

/// <summary>Real worker processes, shared by all tests of this project.</summary>
internal static class Scripts
{
    public static ScriptPool Pool { get; } = new(
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "reeve.dll"), "script-worker"],
        new ScriptLimits { Time = TimeSpan.FromSeconds(20) }, 2, TimeProvider.System);
}
