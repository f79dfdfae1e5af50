using Transponder.Core.Egress.Lanes;
using Transponder.Core.Store;
using Xunit;

namespace Transponder.Tests.Core.Egress.Lanes;

public sealed class ConvoyTests
{
    private const long Reach = 100;

    [Theory]
    [InlineData("10x16", 0, 16)]
    [InlineData("10x7", 0, 0)]
    [InlineData("5 6 7 10x8", 3, 8)]
    [InlineData("10x8 110 111", 0, 9)]
    [InlineData("1 2 3 4 5 6 7 8 9", 0, 0)]
    [InlineData("", 0, 0)]
    public void Gather_TakesThoseAtOnePlaceAndThoseALittleAhead(string places, int first, int count) =>
        Assert.Equal((first, count), Convoy.Gather(Lanes(places), Reach));

    private static List<Lane> Lanes(string places) =>
        [
            .. from part in places.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            let sizes = Array.ConvertAll(part.Split('x'), int.Parse)
            from _ in Enumerable.Range(0, sizes.Length > 1 ? sizes[1] : 1)
            select new Lane(new LaneLease("sink", 0, 1, sizes[0], false), 0),
        ];
}
