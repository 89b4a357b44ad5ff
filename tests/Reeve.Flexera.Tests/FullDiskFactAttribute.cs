using Reeve.TestKit;

namespace Reeve.Flexera.Tests;

/// <summary>A test that needs a disk it can fill.</summary>
internal sealed class FullDiskFactAttribute : FactAttribute
{
    public FullDiskFactAttribute()
    {
        if (!SmallDisk.IsPossible)
        {
            Skip = "needs the right to mount a small disk (root)";
        }
    }
}
