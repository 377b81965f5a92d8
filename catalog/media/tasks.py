from django_tasks import task

from .renditions import shape_of, specs


@task()
def make_renditions(image_id: int) -> None:
    """Make every size of a picture, so that no page ever waits for one."""
    from .models import ShopImage  # models enqueue this task

    image = ShopImage.objects.filter(pk=image_id).first()
    if image is not None:  # deleted meanwhile
        image.get_renditions(*specs(shape_of(image)))
