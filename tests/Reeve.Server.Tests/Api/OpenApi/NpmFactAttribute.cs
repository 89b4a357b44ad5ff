namespace Reeve.Server.Tests.Api.OpenApi;

/// <summary>A test that needs Node and npm; skipped, and visibly so, where they are not there.</summary>
internal sealed class NpmFactAttribute : FactAttribute
{
    public NpmFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!folders.Any(f => File.Exists(Path.Combine(f, "npm"))) || !folders.Any(f => File.Exists(Path.Combine(f, "node"))))
        {
            Skip = "node and npm are not there";
        }
    }
}
