<?php
/**
 * The widget for the areas of a theme: a few words, a button that opens the chat, and how the chat looks there.
 *
 * @package AICustomerServiceAssistant
 */

namespace AICustomerServiceAssistant;

defined( 'ABSPATH' ) || exit;

/**
 * What stands under Appearance, Widgets.
 */
final class Chat_Widget extends \WP_Widget {

	/**
	 * Its names.
	 */
	public function __construct() {
		parent::__construct(
			'ai_customer_service_assistant',
			__( 'AI Customer Service Assistant', 'ai-customer-service-assistant' ),
			array(
				'description'           => __( 'Puts the chat on pages that have this area.', 'ai-customer-service-assistant' ),
				'show_instance_in_rest' => true,
			)
		);
	}

	/**
	 * On a page.
	 *
	 * @param array $args     What the theme puts around it.
	 * @param array $instance What was set.
	 */
	public function widget( $args, $instance ) {
		$set = $this->cleaned( is_array( $instance ) ? $instance : array() );
		asked( 'widget', array_diff_key( $set, array( 'title' => true ) ) );
		$button = button( $set['button'] );
		if ( '' === $set['title'] && '' === $set['text'] && '' === $button ) {
			return;
		}
		// What the theme gives is markup of its own.
		echo $args['before_widget']; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped
		if ( '' !== $set['title'] ) {
			echo $args['before_title'] . esc_html( $set['title'] ) . $args['after_title']; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped
		}
		if ( '' !== $set['text'] ) {
			printf( '<p>%s</p>', esc_html( $set['text'] ) );
		}
		echo $button; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped
		echo $args['after_widget']; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped
	}

	/**
	 * Before it is stored.
	 *
	 * @param array $new_instance What was typed.
	 * @param array $old_instance What was set before.
	 */
	public function update( $new_instance, $old_instance ) {
		return $this->cleaned( is_array( $new_instance ) ? $new_instance : array() );
	}

	/**
	 * Under Appearance, Widgets.
	 *
	 * @param array $instance What was set.
	 */
	public function form( $instance ) {
		$set = $this->cleaned( is_array( $instance ) ? $instance : array() );
		$this->line( 'title', __( 'Title', 'ai-customer-service-assistant' ), $set['title'] );
		$this->line( 'text', __( 'Text', 'ai-customer-service-assistant' ), $set['text'] );
		$this->line( 'button', __( 'Button that opens the chat', 'ai-customer-service-assistant' ), $set['button'] );
		$this->choice( 'theme', __( 'Theme', 'ai-customer-service-assistant' ), themes(), $set['theme'] );
		$this->choice( 'position', __( 'Corner', 'ai-customer-service-assistant' ), positions(), $set['position'] );
	}

	/**
	 * Every setting, with a value that is allowed.
	 *
	 * @param array $given What was typed or stored.
	 */
	private function cleaned( array $given ): array {
		return array(
			'title'    => short( text_of( $given, 'title' ) ),
			'text'     => short( text_of( $given, 'text' ) ),
			'button'   => short( text_of( $given, 'button' ) ),
			'theme'    => one_of( text_of( $given, 'theme' ), THEMES ),
			'position' => one_of( text_of( $given, 'position' ), POSITIONS ),
		);
	}

	/**
	 * A line to type.
	 *
	 * @param string $name  Which setting.
	 * @param string $label What it is called.
	 * @param string $value What it is.
	 */
	private function line( string $name, string $label, string $value ): void {
		printf(
			'<p><label for="%1$s">%2$s</label><input class="widefat" type="text" id="%1$s" name="%3$s" value="%4$s" maxlength="%5$d"></p>',
			esc_attr( $this->get_field_id( $name ) ),
			esc_html( $label ),
			esc_attr( $this->get_field_name( $name ) ),
			esc_attr( $value ),
			(int) MOST_LENGTH
		);
	}

	/**
	 * A list to choose from.
	 *
	 * @param string $name    Which setting.
	 * @param string $label   What it is called.
	 * @param array  $choices Value => text.
	 * @param string $value   What it is.
	 */
	private function choice( string $name, string $label, array $choices, string $value ): void {
		printf(
			'<p><label for="%1$s">%2$s</label><select class="widefat" id="%1$s" name="%3$s">%4$s</select></p>',
			esc_attr( $this->get_field_id( $name ) ),
			esc_html( $label ),
			esc_attr( $this->get_field_name( $name ) ),
			options( $choices, $value ) // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped
		);
	}
}
