using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>A test that reads Senlin's recorded cases; skipped, and visibly so, where they are not there.</summary>
internal sealed class SenlinFactAttribute : FactAttribute
{
    public SenlinFactAttribute()
    {
        if (Folder is null)
        {
            Skip = "../shared/conformance/senlin is not there";
        }
    }

    public static string? Folder { get; } = Conformance.Folder("senlin");
}
